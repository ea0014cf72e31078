/** GitHub: repositories, their collaborators, branches, activity and rulesets. */
import { type Call, created, empty, ok } from '../http/call.js'
import { linkHeader, pageOf } from '../http/paging.js'
import type { Routes } from '../http/router.js'
import { createBranch, deleteBranch } from '../site/branches.js'
import { deleteRepository } from '../site/deletions.js'
import { branchTip } from '../site/git-store.js'
import { Refusal } from '../site/refusal.js'
import { addRepository } from '../site/repositories.js'
import { may, roleOf } from '../site/roles.js'
import type { Activity, Repository, Role, Site } from '../site/state.js'
import { branch, repository, time, user } from './render.js'
import { rulesFor } from './ruleset.js'

const repositoryOf = (call: Call, repo: Repository) => repository(call.site, repo, call.caller?.user ?? null)

async function createRepository(call: Call) {
  const owner = call.user()
  const name = call.requiredText('name')
  if (call.site.repositoryByName(owner.login, name) !== undefined) throw new Refusal(422, 'Repository creation failed.')
  return created(
    repositoryOf(call, await addRepository(call.site, { owner, name, isPrivate: call.body['private'] === true })),
  )
}

async function fork(call: Call) {
  const parent = call.repo()
  const name = call.text('name') ?? parent.name
  return { status: 202, body: repositoryOf(call, await addRepository(call.site, { owner: call.user(), name, parent })) }
}

function edit(call: Call) {
  const repo = call.repo('admin')
  for (const key of Object.keys(repo.settings))
    if (typeof call.body[key] === 'boolean') repo.settings[key] = call.body[key]
  if (typeof call.body['private'] === 'boolean') repo.isPrivate = call.body['private']
  repo.defaultBranch = call.text('default_branch') ?? repo.defaultBranch
  repo.name = call.text('name') ?? repo.name
  return ok(repositoryOf(call, repo))
}

/** `maintain` is told as write, `triage` as read; `role_name` has the real one. */
const TOLD: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
  owner: 'admin',
}

function permission(call: Call) {
  const repo = call.repo()
  if (!may(call.site, repo, call.user(), 'write'))
    throw new Refusal(403, 'Must have push access to view collaborator permission.')
  const other = call.otherUser()
  const role = roleOf(call.site, repo, other)
  const { permissions } = repository(call.site, repo, other)
  return ok({
    permission: TOLD[role],
    role_name: role,
    user: { ...user(call.site, other.id), permissions, role_name: role },
  })
}

/** With the owner; `permission` keeps those who have at least that. */
function collaborators(call: Call) {
  const repo = call.repo('write')
  const least = ASKED[call.url.searchParams.get('permission') ?? 'pull'] ?? 'read'
  const people = [repo.owner.id, ...repo.collaborators.keys()]
    .map((id) => call.site.users.get(id))
    .filter((each) => each !== undefined)
    .filter((each) => may(call.site, repo, each, least))
  const page = pageOf(call, people)
  const told = page.items.map((each) => {
    const { permissions } = repository(call.site, repo, each)
    return { ...user(call.site, each.id), permissions, role_name: roleOf(call.site, repo, each) }
  })
  return ok(told, linkHeader(call, page))
}

const ASKED: Readonly<Record<string, Role>> = {
  pull: 'read',
  triage: 'triage',
  push: 'write',
  maintain: 'maintain',
  admin: 'admin',
}

function collaborate(call: Call) {
  const role = ASKED[call.text('permission') ?? 'push']
  if (role === undefined) throw new Refusal(422, 'Validation Failed')
  call.repo('admin').collaborators.set(call.otherUser().id, role)
  return empty()
}

const isProtected = (repo: Repository, name: string) => rulesFor(repo, name).length > 0

function oneBranch(call: Call) {
  const repo = call.repo()
  const name = call.param('branch')
  if (branchTip(repo, name) === null) throw new Refusal(404, 'Branch not found')
  return ok(branch(repo, name, isProtected(repo, name)))
}

function branches(call: Call) {
  const repo = call.repo()
  const names = [...repo.refs.keys()].filter((ref) => ref.startsWith('refs/heads/')).map((ref) => ref.slice(11))
  const page = pageOf(call, names)
  return ok(
    page.items.map((name) => branch(repo, name, isProtected(repo, name))),
    linkHeader(call, page),
  )
}

const NOBODY = '0'.repeat(40)

const activityEntry = (site: Site, each: Activity) => ({
  id: each.id,
  node_id: `PSH_${each.id}`,
  before: each.before ?? NOBODY,
  after: each.after ?? NOBODY,
  ref: each.ref,
  timestamp: time(each.at),
  activity_type: each.kind,
  actor: site.users.has(each.by) ? user(site, each.by) : null,
})

/** Newest first, by cursor: the Link header says `after=`, no page has a number. */
function activity(call: Call) {
  const repo = call.repo()
  const query = call.url.searchParams
  const ref = query.get('ref')
  const type = query.get('activity_type')
  const actor = query.get('actor')
  const wanted = repo.activities
    .filter((each) => ref === null || each.ref === ref || each.ref === `refs/heads/${ref}`)
    .filter((each) => type === null || each.kind === type)
    .filter((each) => actor === null || call.site.users.get(each.by)?.login === actor)
    .toReversed()
  const start = query.get('after') === null ? 0 : wanted.findIndex((each) => String(each.id) === query.get('after')) + 1
  const { items, size } = pageOf(call, wanted.slice(start))
  const shown = items.slice(0, size)
  const next = new URL(call.url)
  next.searchParams.set('after', String(shown.at(-1)?.id ?? ''))
  const link =
    start + size < wanted.length ? { Link: `<${call.site.url}${next.pathname}${next.search}>; rel="next"` } : {}
  return ok(
    shown.map((each) => activityEntry(call.site, each)),
    link,
  )
}

export const repositoryRoutes: Routes = {
  'POST /user/repos': createRepository,
  'GET /repos/:owner/:repo': (call) => ok(repositoryOf(call, call.repo())),
  'PATCH /repos/:owner/:repo': edit,
  'DELETE /repos/:owner/:repo': async (call) => {
    await deleteRepository(call.site, call.repo('admin'), call.user())
    return empty()
  },
  'POST /repos/:owner/:repo/forks': fork,
  'GET /repos/:owner/:repo/collaborators/:login/permission': permission,
  'GET /repos/:owner/:repo/collaborators': collaborators,
  'PUT /repos/:owner/:repo/collaborators/:login': collaborate,
  'DELETE /repos/:owner/:repo/collaborators/:login': (call) => {
    call.repo('admin').collaborators.delete(call.otherUser().id)
    return empty()
  },
  'GET /repos/:owner/:repo/branches': branches,
  'GET /repos/:owner/:repo/branches/*branch': oneBranch,
  'POST /repos/:owner/:repo/git/refs': async (call) => {
    const ref = call.requiredText('ref')
    const repo = call.repo('write')
    await createBranch(call.site, repo, call.user(), ref.replace(/^refs\/heads\//, ''), call.requiredText('sha'))
    return created({ ref, object: { type: 'commit', sha: call.requiredText('sha') } })
  },
  'DELETE /repos/:owner/:repo/git/refs/heads/*branch': async (call) => {
    await deleteBranch(call.site, call.repo('write'), call.user(), call.param('branch'))
    return empty()
  },
  'GET /repos/:owner/:repo/activity': activity,
}
