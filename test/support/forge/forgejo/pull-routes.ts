/** Forgejo: pull requests, their reviews and merges. */
import { type Answer, type Call, created, empty, ok } from '../http/call.js'
import { linkHeader, pageOf, pageOrAll } from '../http/paging.js'
import type { Routes } from '../http/router.js'
import { scheduleMerge, unscheduleMerge } from '../site/auto-merge.js'
import { markManuallyMerged, mergePull } from '../site/merge.js'
import { editPull, openPull } from '../site/pulls.js'
import { NOT_FOUND, Refusal } from '../site/refusal.js'
import { addReview, dismissReview, removeReview, requestReview } from '../site/reviews.js'
import type { MergeStyle, Pull, Repository, Review } from '../site/state.js'
import { pull as render, review as renderReview } from './render-pull.js'

const one = (call: Call, pull: Pull) => render(call.site, pull, call.caller?.user ?? null, 'single')

/** Knows `state`, `sort` and `poster`; `head`, `base` and `direction` are ignored, and so is any other sort. */
function list(call: Call): Answer {
  const query = call.url.searchParams
  const state = query.get('state')
  const poster = query.get('poster')
  const wanted = [...call.repo().pulls.values()]
    .filter((pull) => (state !== 'open' && state !== 'closed') || pull.state === state)
    .filter((pull) => poster === null || call.site.users.get(pull.author)?.login === poster)
    .sort(ORDERS[query.get('sort') ?? ''] ?? newestFirst)
  const page = pageOf(call, wanted)
  const items = page.items.map((pull) => render(call.site, pull, call.caller?.user ?? null, 'list'))
  return ok(items, { ...linkHeader(call, page), 'X-Total-Count': String(page.total) })
}

const second = (at: number) => Math.floor(at / 1000)
const newestFirst = (a: Pull, b: Pull) => b.number - a.number
const ORDERS: Readonly<Record<string, (a: Pull, b: Pull) => number>> = {
  oldest: (a, b) => a.number - b.number,
  recentupdate: (a, b) => second(b.updatedAt) - second(a.updatedAt) || newestFirst(a, b),
  leastupdate: (a, b) => second(a.updatedAt) - second(b.updatedAt) || a.number - b.number,
}

async function open(call: Call): Promise<Answer> {
  const repo = call.repo()
  const { headRepo, headBranch } = headOf(call, repo)
  const spec = { title: call.requiredText('title'), body: call.text('body') ?? '', base: call.requiredText('base') }
  return created(
    one(call, await openPull(call.site, repo, { ...spec, author: call.user(), headRepo, headBranch, draft: false })),
  )
}

/** `branch`, or `owner:branch`. */
function headOf(call: Call, repo: Repository): { readonly headRepo: Repository; readonly headBranch: string } {
  const [owner = '', branch] = call.requiredText('head').split(/:(.*)/s)
  if (branch === undefined || owner === repo.owner.login) return { headRepo: repo, headBranch: branch ?? owner }
  const fork = [...call.site.repositories.values()].find((each) => each.parent === repo && each.owner.login === owner)
  if (fork === undefined) throw new Refusal(404, 'Not Found')
  return { headRepo: fork, headBranch: branch }
}

async function edit(call: Call): Promise<Answer> {
  const pull = call.pull()
  const change = ['title', 'body', 'base', 'state']
    .map((key) => [key, call.text(key)])
    .filter(([, value]) => value !== undefined)
  await editPull(call.site, pull, call.user(), Object.fromEntries(change))
  return created(one(call, pull))
}

const STYLES: readonly MergeStyle[] = [
  'merge',
  'rebase',
  'rebase-merge',
  'squash',
  'fast-forward-only',
  'manually-merged',
]

async function merge(call: Call): Promise<Answer> {
  const pull = call.pull()
  const style = call.requiredText('Do') as MergeStyle
  if (!STYLES.includes(style)) throw new Refusal(422, '[Do]: In')
  const message = call.text('MergeTitleField') ?? null
  if (style === 'manually-merged')
    await markManuallyMerged(call.site, pull, call.user(), call.text('MergeCommitID') ?? '')
  else if (call.body['merge_when_checks_succeed'] === true) {
    scheduleMerge(call.site, pull, call.user(), style, message)
    return empty(201)
  } else
    await mergePull(call.site, pull, call.user(), { style, expectedHead: call.text('head_commit_id') ?? null, message })
  return empty(200)
}

/** No Link header. Pending ones count, but are shown to their author and to site admins only. */
function listReviews(call: Call): Answer {
  const pull = call.pull()
  const viewer = call.caller?.user
  const page = pageOrAll(call, pull.reviews)
  const isSeen = (review: Review) =>
    review.state !== 'pending' || viewer?.isSiteAdmin === true || viewer?.id === review.by
  const told = page.items.filter(isSeen).map((review) => renderReview(call.site, pull, review))
  return ok(told, { 'X-Total-Count': String(page.total) })
}

function askReviewers(call: Call): Answer {
  const pull = call.pull('write')
  const asked = call.list('reviewers').map((login) => call.site.userByLogin(String(login)))
  const known = asked.filter((reviewer) => reviewer !== undefined)
  const made = known.map((reviewer) => requestReview(call.site, pull, call.user(), reviewer))
  return created(made.map((review) => renderReview(call.site, pull, review)))
}

const EVENTS: Readonly<Record<string, Review['state']>> = {
  APPROVED: 'approved',
  REQUEST_CHANGES: 'changes_requested',
  COMMENT: 'commented',
}

async function review(call: Call): Promise<Answer> {
  const pull = call.pull()
  const state = EVENTS[call.text('event') ?? ''] ?? 'pending'
  const commit = call.text('commit_id') ?? ''
  const lines = call.list('comments').length
  const spec = { state, body: call.text('body') ?? '', commit: commit === '' ? null : commit, lines }
  return ok(renderReview(call.site, pull, await addReview(call.site, pull, call.user(), spec)))
}

async function dismiss(call: Call): Promise<Answer> {
  const pull = call.pull()
  const found = pull.reviews.find((each) => each.id === Number(call.param('review')))
  if (found === undefined) throw new Refusal(404, 'Not Found')
  await dismissReview(call.site, pull, call.user(), found, call.text('message') ?? '')
  return ok(renderReview(call.site, pull, found))
}

function pullOfCommit(call: Call): Answer {
  const pull = [...call.repo().pulls.values()].find((each) => each.merged?.commit === call.param('sha'))
  if (pull === undefined) throw new Refusal(404, 'pull request does not exist')
  return ok(one(call, pull))
}

export const pullRoutes: Routes = {
  'GET /repos/:owner/:repo/pulls': list,
  'POST /repos/:owner/:repo/pulls': open,
  'GET /repos/:owner/:repo/pulls/:number': (call) => ok(one(call, call.pull())),
  'PATCH /repos/:owner/:repo/pulls/:number': edit,
  'GET /repos/:owner/:repo/pulls/:number/merge': (call) => {
    if (call.pull().merged === null) throw new Refusal(404, NOT_FOUND)
    return empty()
  },
  'POST /repos/:owner/:repo/pulls/:number/merge': merge,
  'DELETE /repos/:owner/:repo/pulls/:number/merge': (call) => {
    unscheduleMerge(call.site, call.pull(), call.user())
    return empty()
  },
  'GET /repos/:owner/:repo/pulls/:number/reviews': listReviews,
  'POST /repos/:owner/:repo/pulls/:number/reviews': review,
  'POST /repos/:owner/:repo/pulls/:number/requested_reviewers': askReviewers,
  'DELETE /repos/:owner/:repo/pulls/:number/reviews/:review': (call) => {
    removeReview(call.pull(), call.user(), Number(call.param('review')))
    return empty()
  },
  'POST /repos/:owner/:repo/pulls/:number/reviews/:review/dismissals': dismiss,
  'GET /repos/:owner/:repo/commits/:sha/pull': pullOfCommit,
}
