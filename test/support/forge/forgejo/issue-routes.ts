/** Forgejo: comments, timeline, labels, statuses, webhooks. */
import { type Answer, type Call, created, empty, ok } from '../http/call.js'
import { pageOf, pageOrAll } from '../http/paging.js'
import type { Routes } from '../http/router.js'
import { addComment, deleteComment, editComment, findComment, requireEditor } from '../site/comments.js'
import { addLabel, findLabel, putLabels, takeLabel } from '../site/labels.js'
import { Refusal } from '../site/refusal.js'
import { may } from '../site/roles.js'
import type { Pull } from '../site/state.js'
import { addStatus, combinedState, latestStatuses } from '../site/statuses.js'
import { addHook } from '../site/webhooks.js'
import { comment, label, repository, status } from './render.js'
import { timeline } from './render-pull.js'

/** One that is not there is an error of the server. */
function issue(call: Call): Pull {
  const pull = call.repo().pulls.get(Number(call.param('number')))
  if (pull === undefined) throw new Refusal(500, '')
  return pull
}

/** All at once: this list has no pages. */
function comments(call: Call): Answer {
  const pull = issue(call)
  const all = pull.comments.map((each) => comment(call.site, pull.repo, pull.number, each))
  return ok(all, { 'X-Total-Count': String(all.length) })
}

const placed = (call: Call) => findComment(call.repo(), Number(call.param('comment')))

function edit(call: Call): Answer {
  const found = placed(call)
  requireEditor(call.site, found, call.user())
  editComment(call.site, found, call.requiredText('body'))
  return ok(comment(call.site, found.pull.repo, found.pull.number, found.comment))
}

/** No Link header; an empty page is `null`, and may stand before one that is not; the total is that of the page. */
function tellTimeline(call: Call): Answer {
  const pull = issue(call)
  const { items } = pageOrAll(call, pull.events)
  const told = items.filter(({ kind }) => kind !== 'code').map((event) => timeline(call.site, pull, event))
  return ok(told.length === 0 ? null : told, { 'X-Total-Count': String(told.length) })
}

function put(call: Call): Answer {
  const pull = call.pull('write')
  putLabels(call.site, pull, call.user(), call.list('labels'))
  return ok(pull.labels.map((each) => label(call.site, pull.repo, each)))
}

function take(call: Call): Answer {
  const pull = call.pull('write')
  const found = findLabel(pull.repo, Number(call.param('label')))
  if (found === undefined) throw new Refusal(422, 'label does not exist')
  takeLabel(call.site, pull, call.user(), found)
  return empty()
}

function makeLabel(call: Call): Answer {
  const repo = call.repo('write')
  const made = addLabel(
    call.site,
    repo,
    call.requiredText('name'),
    call.requiredText('color'),
    call.text('description') ?? '',
  )
  return created(label(call.site, repo, made))
}

async function setStatus(call: Call): Promise<Answer> {
  const repo = call.repo('write')
  const made = await addStatus(call.site, repo, call.user(), {
    sha: call.param('sha'),
    context: call.text('context') ?? 'default',
    state: call.text('state') ?? '',
    description: call.text('description') ?? '',
    targetUrl: call.text('target_url') ?? null,
  })
  return created(status(call.site, repo, made))
}

async function statuses(call: Call): Promise<Answer> {
  const repo = call.repo()
  const sha = await call.commitParam(repo)
  const all = repo.statuses.filter((each) => each.sha === sha).reverse()
  const told = pageOf(call, all).items.map((each) => status(call.site, repo, each))
  return ok(told, { 'X-Total-Count': String(all.length) })
}

/** Without any, and for a commit that is not there: empty words, and `null`. */
function combined(call: Call): Answer {
  const repo = call.repo()
  const sha = repo.refs.get(`refs/heads/${call.param('sha')}`) ?? call.param('sha')
  const latest = latestStatuses(repo, sha)
  const whole = { total_count: latest.length, repository: repository(call.site, repo, null) }
  if (latest.length === 0) return ok({ state: '', sha: '', statuses: null, ...whole })
  const told = latest.map((each) => status(call.site, repo, each))
  return ok({ state: combinedState(latest), sha, statuses: told, ...whole })
}

/** By an admin of the repository, with a time of his choice, also an older one. */
function postComment(call: Call): Answer {
  const pull = call.pull()
  const made = addComment(call.site, pull, call.user(), call.requiredText('body'))
  const at = Date.parse(call.text('updated_at') ?? '')
  if (!Number.isNaN(at)) {
    if (!may(call.site, pull.repo, call.user(), 'admin') || at < pull.createdAt - (pull.createdAt % 1000))
      throw new Refusal(403, 'unallowed update date')
    pull.updatedAt = at
  }
  return created(comment(call.site, pull.repo, pull.number, made))
}

export const issueRoutes: Routes = {
  'DELETE /repos/:owner/:repo/issues/:number': (call) => {
    const pull = call.pull('admin')
    pull.repo.pulls.delete(pull.number)
    return empty()
  },
  'GET /repos/:owner/:repo/issues/:number/comments': comments,
  'POST /repos/:owner/:repo/issues/:number/comments': postComment,
  'GET /repos/:owner/:repo/issues/comments/:comment': (call) => {
    const { pull, comment: found } = placed(call)
    return ok(comment(call.site, pull.repo, pull.number, found))
  },
  'PATCH /repos/:owner/:repo/issues/comments/:comment': edit,
  'DELETE /repos/:owner/:repo/issues/comments/:comment': (call) => {
    requireEditor(call.site, placed(call), call.user())
    deleteComment(call.site, placed(call))
    return empty()
  },
  'GET /repos/:owner/:repo/issues/:number/timeline': tellTimeline,
  'GET /repos/:owner/:repo/issues/:number/labels': (call) =>
    ok(call.pull().labels.map((each) => label(call.site, call.repo(), each))),
  'POST /repos/:owner/:repo/issues/:number/labels': put,
  'DELETE /repos/:owner/:repo/issues/:number/labels/:label': take,
  'GET /repos/:owner/:repo/labels': (call) =>
    ok(pageOf(call, call.repo().labels).items.map((each) => label(call.site, call.repo(), each))),
  'POST /repos/:owner/:repo/labels': makeLabel,
  'POST /repos/:owner/:repo/statuses/:sha': setStatus,
  'GET /repos/:owner/:repo/statuses/:sha': statuses,
  'GET /repos/:owner/:repo/commits/:sha/statuses': statuses,
  'GET /repos/:owner/:repo/commits/:sha/status': combined,
  'POST /repos/:owner/:repo/hooks': (call) => created(addHook(call.site, call.repo('admin'), call.body)),
}
