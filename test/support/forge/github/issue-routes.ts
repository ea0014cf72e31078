/** GitHub: comments, timeline, labels, statuses, webhooks. */
import { type Answer, type Call, created, empty, ok } from '../http/call.js'
import { linkHeader, pageOf } from '../http/paging.js'
import type { Routes } from '../http/router.js'
import { addComment, deleteComment, editComment, findComment, requireEditor } from '../site/comments.js'
import { addLabel, findLabel, putLabels, takeLabel } from '../site/labels.js'
import { Refusal } from '../site/refusal.js'
import { addStatus, combinedState, latestStatuses } from '../site/statuses.js'
import { addHook } from '../site/webhooks.js'
import { comment, label, repository, status } from './render.js'
import { timeline } from './render-timeline.js'

function comments(call: Call): Answer {
  const pull = call.pull()
  const page = pageOf(call, pull.comments)
  return ok(
    page.items.map((each) => comment(call.site, pull.repo, pull.number, each)),
    linkHeader(call, page),
  )
}

const placed = (call: Call) => findComment(call.repo(), Number(call.param('comment')))

function edit(call: Call): Answer {
  const found = placed(call)
  requireEditor(call.site, found, call.user())
  editComment(call.site, found, call.requiredText('body'))
  return ok(comment(call.site, found.pull.repo, found.pull.number, found.comment))
}

async function tellTimeline(call: Call): Promise<Answer> {
  const page = pageOf(call, await timeline(call.site, call.pull()))
  return ok(page.items, linkHeader(call, page))
}

function put(call: Call): Answer {
  const pull = call.pull('triage')
  putLabels(call.site, pull, call.user(), call.list('labels'))
  return ok(pull.labels.map((each) => label(call.site, pull.repo, each)))
}

function take(call: Call): Answer {
  const pull = call.pull('triage')
  const found = findLabel(pull.repo, call.param('name'))
  if (found === undefined) throw new Refusal(404, 'Label does not exist')
  takeLabel(call.site, pull, call.user(), found)
  return ok(pull.labels.map((each) => label(call.site, pull.repo, each)))
}

function makeLabel(call: Call): Answer {
  const repo = call.repo('write')
  const made = addLabel(
    call.site,
    repo,
    call.requiredText('name'),
    call.text('color') ?? 'ededed',
    call.text('description') ?? '',
  )
  return created(label(call.site, repo, made))
}

function labels(call: Call): Answer {
  const repo = call.repo()
  const page = pageOf(call, repo.labels)
  return ok(
    page.items.map((each) => label(call.site, repo, each)),
    linkHeader(call, page),
  )
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
  const page = pageOf(call, repo.statuses.filter((each) => each.sha === sha).reverse())
  return ok(
    page.items.map((each) => status(call.site, repo, each)),
    linkHeader(call, page),
  )
}

async function combined(call: Call): Promise<Answer> {
  const repo = call.repo()
  const sha = await call.commitParam(repo)
  const latest = latestStatuses(repo, sha)
  const told = latest.map((each) => status(call.site, repo, each))
  return ok({
    state: combinedState(latest),
    sha,
    total_count: latest.length,
    statuses: told,
    repository: repository(call.site, repo, null),
  })
}

export const issueRoutes: Routes = {
  'GET /repos/:owner/:repo/issues/:number/comments': comments,
  'POST /repos/:owner/:repo/issues/:number/comments': (call) => {
    const pull = call.pull()
    return created(
      comment(call.site, pull.repo, pull.number, addComment(call.site, pull, call.user(), call.requiredText('body'))),
    )
  },
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
  'DELETE /repos/:owner/:repo/issues/:number/labels/:name': take,
  'GET /repos/:owner/:repo/labels': labels,
  'GET /repos/:owner/:repo/labels/:name': (call) => {
    const found = findLabel(call.repo(), call.param('name'))
    if (found === undefined) throw new Refusal(404, 'Not Found')
    return ok(label(call.site, call.repo(), found))
  },
  'POST /repos/:owner/:repo/labels': makeLabel,
  'POST /repos/:owner/:repo/statuses/:sha': setStatus,
  'GET /repos/:owner/:repo/commits/:sha/statuses': statuses,
  'GET /repos/:owner/:repo/commits/:sha/status': combined,
  'POST /repos/:owner/:repo/hooks': (call) => created(addHook(call.site, call.repo('admin'), call.body)),
}
