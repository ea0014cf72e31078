import type { ApiClient } from './api-client.js'
import type { ForgeWords, MergeWish, Verdict } from './forge-words.js'

const EVENTS: Readonly<Record<Verdict, string>> = {
  approve: 'APPROVE',
  request_changes: 'REQUEST_CHANGES',
  comment: 'COMMENT',
}

const mutation = (name: string, field: string) =>
  `mutation($pullRequestId: ID!${field === '' ? '' : ', $mergeMethod: PullRequestMergeMethod'}) { ${name}(input: {pullRequestId: $pullRequestId${field}}) { clientMutationId } }`

async function mutate(as: ApiClient, repo: string, number: number, query: string, more: object = {}): Promise<void> {
  const { node_id: pullRequestId } = await as.call('GET', `${repo}/pulls/${number}`)
  const answer = await as.call('POST', '/graphql', { query, variables: { pullRequestId, ...more } })
  if (answer['errors'] !== undefined) throw new Error(JSON.stringify(answer['errors']))
}

export const GITHUB_WORDS: ForgeWords = {
  root: '/api/v3',
  access: { read: 'pull', write: 'push', admin: 'admin' },

  async createUser(admin, _url, login, isAdmin) {
    const email = `${login}@example.org`
    const { id } = await admin.call('POST', '/admin/users', { login, email })
    if (isAdmin) await admin.call('PUT', `/users/${login}/site_admin`)
    const { token } = await admin.call('POST', `/admin/users/${login}/authorizations`, { scopes: ['repo', 'user'] })
    return { id: Number(id), login, email, token: String(token) }
  },

  async renameUser(admin, login, to) {
    await admin.call('PATCH', `/admin/users/${login}`, { login: to })
  },

  async deleteUser(admin, login) {
    await admin.call('DELETE', `/admin/users/${login}`)
  },

  async purgeUser(admin, login) {
    await admin.call('DELETE', `/admin/users/${login}`)
  },

  settings: (changes) => changes,

  async newToken(admin, _url, login, scopes) {
    return String((await admin.call('POST', `/admin/users/${login}/authorizations`, { scopes }))['token'])
  },

  async review(as, repo, number, verdict, body, commit) {
    const review = { event: EVENTS[verdict], body, ...(commit === null ? {} : { commit_id: commit }) }
    return Number((await as.call('POST', `${repo}/pulls/${number}/reviews`, review))['id'])
  },

  async dismissReview(as, repo, number, review, message) {
    await as.call('PUT', `${repo}/pulls/${number}/reviews/${review}/dismissals`, { message })
  },

  async merge(as, repo, number, { style, head }: MergeWish) {
    await as.call('PUT', `${repo}/pulls/${number}/merge`, {
      merge_method: style,
      ...(head === null ? {} : { sha: head }),
    })
  },

  async scheduleMerge(as, repo, number) {
    const query = mutation('enablePullRequestAutoMerge', ', mergeMethod: $mergeMethod')
    await mutate(as, repo, number, query, { mergeMethod: 'MERGE' })
  },

  async cancelScheduledMerge(as, repo, number) {
    await mutate(as, repo, number, mutation('disablePullRequestAutoMerge', ''))
  },

  async deleteBranch(as, repo, branch) {
    await as.call('DELETE', `${repo}/git/refs/heads/${branch}`)
  },

  settle: () => Promise.resolve(),
}
