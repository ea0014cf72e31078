/** GitHub: pull requests, their reviews and merges. */
import { type Answer, type Call, created, ok } from '../http/call.js'
import { linkHeader, pageOf } from '../http/paging.js'
import type { Routes } from '../http/router.js'
import { scheduleMerge, unscheduleMerge } from '../site/auto-merge.js'
import { exclusive } from '../site/git-store.js'
import { mergePull } from '../site/merge.js'
import { editPull, openPull } from '../site/pulls.js'
import { Refusal } from '../site/refusal.js'
import { addReview, dismissReview } from '../site/reviews.js'
import type { MergeStyle, Pull, Repository, Review } from '../site/state.js'
import { refreshTestMerge } from '../site/test-merge.js'
import { pull as render, review as renderReview } from './render-pull.js'

const one = (call: Call, pull: Pull) => render(call.site, pull, call.caller?.user ?? null, 'single')

function list(call: Call): Answer {
  const query = call.url.searchParams
  const state = query.get('state') ?? 'open'
  const direction =
    query.get('direction') ?? (query.get('sort') === null || query.get('sort') === 'created' ? 'desc' : 'asc')
  const key =
    query.get('sort') === 'updated' ? (pull: Pull) => Math.floor(pull.updatedAt / 1000) : (pull: Pull) => pull.number
  const wanted = [...call.repo().pulls.values()]
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => [null, '', pull.baseBranch].includes(query.get('base')))
    .filter((pull) => [null, '', `${pull.headOwner}:${pull.headBranch}`].includes(query.get('head')))
    .sort((a, b) => (direction === 'desc' ? -1 : 1) * (key(a) - key(b) || a.number - b.number))
  const page = pageOf(call, wanted)
  return ok(
    page.items.map((pull) => render(call.site, pull, call.caller?.user ?? null, 'list')),
    linkHeader(call, page),
  )
}

async function open(call: Call): Promise<Answer> {
  const repo = call.repo()
  const { headRepo, headBranch } = headOf(call, repo)
  const spec = { title: call.requiredText('title'), body: call.text('body') ?? '', base: call.requiredText('base') }
  const draft = call.body['draft'] === true
  return created(
    one(call, await openPull(call.site, repo, { ...spec, author: call.user(), headRepo, headBranch, draft })),
  )
}

function headOf(call: Call, repo: Repository): { readonly headRepo: Repository; readonly headBranch: string } {
  const [owner = '', branch] = call.requiredText('head').split(/:(.*)/s)
  if (branch === undefined || owner === repo.owner.login) return { headRepo: repo, headBranch: branch ?? owner }
  const fork = [...call.site.repositories.values()].find((each) => each.parent === repo && each.owner.login === owner)
  const errors = [{ resource: 'PullRequest', field: 'head', code: 'invalid' }]
  if (fork === undefined) throw new Refusal(422, 'Validation Failed', { errors })
  return { headRepo: fork, headBranch: branch }
}

async function edit(call: Call): Promise<Answer> {
  const pull = call.pull()
  const change = ['title', 'body', 'base', 'state']
    .map((key) => [key, call.text(key)])
    .filter(([, value]) => value !== undefined)
  await editPull(call.site, pull, call.user(), Object.fromEntries(change))
  return ok(one(call, pull))
}

async function merge(call: Call): Promise<Answer> {
  const pull = call.pull()
  const style = (call.text('merge_method') ?? 'merge') as MergeStyle
  const message = call.text('commit_title') ?? null
  const sha = await mergePull(call.site, pull, call.user(), { style, expectedHead: call.text('sha') ?? null, message })
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' })
}

function reviews(call: Call): Answer {
  const pull = call.pull()
  const page = pageOf(call, pull.reviews)
  return ok(
    page.items.map((review) => renderReview(call.site, pull, review)),
    linkHeader(call, page),
  )
}

const EVENTS: Readonly<Record<string, Review['state']>> = {
  APPROVE: 'approved',
  REQUEST_CHANGES: 'changes_requested',
  COMMENT: 'commented',
}

async function review(call: Call): Promise<Answer> {
  const pull = call.pull()
  const state = EVENTS[call.text('event') ?? ''] ?? 'pending'
  const spec = { state, body: call.text('body') ?? '', commit: call.text('commit_id') ?? null, lines: 0 }
  return ok(renderReview(call.site, pull, await addReview(call.site, pull, call.user(), spec)))
}

async function dismiss(call: Call): Promise<Answer> {
  const pull = call.pull()
  const found = pull.reviews.find((each) => each.id === Number(call.param('review')))
  if (found === undefined) throw new Refusal(404, 'Not Found')
  await dismissReview(call.site, pull, call.user(), found, call.requiredText('message'))
  return ok(renderReview(call.site, pull, found))
}

/** Those whose merge commit it is, and open ones that contain it. */
function pullsOfCommit(call: Call): Answer {
  const sha = call.param('sha')
  const found = [...call.repo().pulls.values()].filter((each) => each.merged?.commit === sha || each.head === sha)
  const page = pageOf(call, found)
  return ok(
    page.items.map((pull) => render(call.site, pull, call.caller?.user ?? null, 'list')),
    linkHeader(call, page),
  )
}

/** Auto-merge is GraphQL only. */
function graphql(call: Call): Answer {
  const variables = (call.body['variables'] ?? {}) as Readonly<Record<string, string>>
  const query = call.requiredText('query')
  const all = [...call.site.repositories.values()].flatMap((repo) => [...repo.pulls.values()])
  const pull = all.find((each) => `PR_${each.id}` === variables['pullRequestId'])
  if (pull === undefined)
    return ok({ data: null, errors: [{ type: 'NOT_FOUND', message: 'Could not resolve to a node' }] })
  if (query.includes('disablePullRequestAutoMerge')) unscheduleMerge(call.site, pull, call.user())
  else if (query.includes('enablePullRequestAutoMerge')) {
    if (pull.repo.settings['allow_auto_merge'] !== true)
      return ok({
        data: null,
        errors: [{ type: 'UNPROCESSABLE', message: 'Auto merge is not allowed for this repository' }],
      })
    scheduleMerge(call.site, pull, call.user(), (variables['mergeMethod'] ?? 'MERGE').toLowerCase() as MergeStyle, null)
  } else throw new Refusal(400, 'not a mutation that this forge knows')
  return ok({ data: { pullRequest: { id: variables['pullRequestId'] } } })
}

export const pullRoutes: Routes = {
  'GET /repos/:owner/:repo/pulls': list,
  'POST /repos/:owner/:repo/pulls': open,
  'GET /repos/:owner/:repo/pulls/:number': async (call) => {
    const pull = call.pull()
    await exclusive(pull.repo, () => refreshTestMerge(call.site, pull))
    return ok(one(call, pull))
  },
  'PATCH /repos/:owner/:repo/pulls/:number': edit,
  'PUT /repos/:owner/:repo/pulls/:number/merge': merge,
  'GET /repos/:owner/:repo/pulls/:number/reviews': reviews,
  'POST /repos/:owner/:repo/pulls/:number/reviews': review,
  'PUT /repos/:owner/:repo/pulls/:number/reviews/:review/dismissals': dismiss,
  'GET /repos/:owner/:repo/commits/:sha/pulls': pullsOfCommit,
  'POST /graphql': graphql,
}
