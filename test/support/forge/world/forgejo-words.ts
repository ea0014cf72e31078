import { type ApiClient, ApiRefusal, basic, ApiClient as Client } from './api-client.js'
import type { ForgeWords, MergeWish, Verdict } from './forge-words.js'

const EVENTS: Readonly<Record<Verdict, string>> = {
  approve: 'APPROVED',
  request_changes: 'REQUEST_CHANGES',
  comment: 'COMMENT',
}

const PASSWORD = 'a-password-of-tests-1'
const ROOT = '/api/v1'

export const FORGEJO_WORDS: ForgeWords = {
  root: ROOT,
  access: { read: 'read', write: 'write', admin: 'admin' },

  async createUser(admin, url, login, isAdmin) {
    // A renamed account keeps its address.
    const email = `${login}.${Math.random().toString(36).slice(2, 8)}@example.org`
    const account = { username: login, email, password: PASSWORD, must_change_password: false }
    const { id } = await admin.call('POST', '/admin/users', account)
    if (isAdmin) await admin.call('PATCH', `/admin/users/${login}`, { login_name: login, source_id: 0, admin: true })
    return { id: Number(id), login, email, token: await newToken(url, login, ['all']) }
  },

  async renameUser(admin, login, to) {
    await admin.call('POST', `/admin/users/${login}/rename`, { new_username: to })
  },

  async deleteUser(admin, login) {
    await admin.call('DELETE', `/admin/users/${login}`)
  },

  async purgeUser(admin, login) {
    await admin.call('DELETE', `/admin/users/${login}?purge=true`)
  },

  settings: (changes) => ({ ...changes, has_pull_requests: true }),

  newToken: (_admin, url, login, scopes) => newToken(url, login, scopes),

  async review(as, repo, number, verdict, body, commit) {
    const review = { event: EVENTS[verdict], body, ...(commit === null ? {} : { commit_id: commit }) }
    return Number((await as.call('POST', `${repo}/pulls/${number}/reviews`, review))['id'])
  },

  async dismissReview(as, repo, number, review, message) {
    await as.call('POST', `${repo}/pulls/${number}/reviews/${review}/dismissals`, { message })
  },

  async merge(as, repo, number, { style, head }: MergeWish) {
    const wish = { Do: style, ...(head === null ? {} : { head_commit_id: head }) }
    await patiently(() => as.call('POST', `${repo}/pulls/${number}/merge`, wish))
  },

  async scheduleMerge(as, repo, number) {
    const wish = { Do: 'merge', merge_when_checks_succeed: true }
    await patiently(() => as.call('POST', `${repo}/pulls/${number}/merge`, wish))
  },

  async cancelScheduledMerge(as, repo, number) {
    await as.call('DELETE', `${repo}/pulls/${number}/merge`)
  },

  async deleteBranch(as, repo, branch) {
    await as.call('DELETE', `${repo}/branches/${encodeURIComponent(branch)}`)
  },

  async settle(as, repo, branch, commit) {
    for (const until = Date.now() + 3000; Date.now() < until; await pause(50)) {
      if (await isSettled(as, repo, branch, commit)) return
    }
  },
}

interface Listed {
  readonly number: number
  readonly head: { readonly ref: string }
}

async function isSettled(as: ApiClient, repo: string, branch: string, commit: string): Promise<boolean> {
  try {
    const tip = await as.call<{ commit: { id: string } }>('GET', `${repo}/branches/${encodeURIComponent(branch)}`)
    if (tip.commit.id !== commit) return false
    const open = await as.call<readonly Listed[]>('GET', `${repo}/pulls?state=open&sort=recentupdate`)
    const waiting = open.filter((pull) => pull.head.ref === branch)
    return (await Promise.all(waiting.map(({ number }) => tellsPush(as, repo, number, commit)))).every(Boolean)
  } catch (error) {
    // A repository that was empty says so for a while.
    if (error instanceof ApiRefusal && error.status === 404) return false
    throw error
  }
}

async function tellsPush(as: ApiClient, repo: string, number: number, commit: string): Promise<boolean> {
  for (let page = 1; ; page += 1) {
    const path = `${repo}/issues/${number}/timeline?limit=50&page=${page}`
    const events = await as.call<readonly { type: string; body: string }[] | null>('GET', path)
    if (events === null || events.length === 0) return false
    if (events.some((event) => event.type === 'pull_push' && event.body.includes(commit))) return true
  }
}

async function newToken(url: string, login: string, scopes: readonly string[]): Promise<string> {
  const self = new Client(`${url}${ROOT}`, basic(login, PASSWORD))
  const name = `test-${Math.random().toString(36).slice(2)}`
  return String((await self.call('POST', `/users/${login}/tokens`, { name, scopes }))['sha1'])
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A real Forgejo still looks at a new pull request, and asks to come again. */
async function patiently(ask: () => Promise<unknown>): Promise<void> {
  for (const until = Date.now() + 10_000; ; await pause(100)) {
    try {
      await ask()
      return
    } catch (error) {
      const isBusy = error instanceof ApiRefusal && error.status === 405 && /try again/i.test(error.body)
      if (!isBusy || Date.now() > until) throw error
    }
  }
}
