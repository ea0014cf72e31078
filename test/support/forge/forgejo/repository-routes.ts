/** Forgejo: repositories, their collaborators, branches and protections. */
import { type Call, created, empty, ok } from '../http/call.js'
import { linkHeader, pageOf } from '../http/paging.js'
import type { Routes } from '../http/router.js'
import { createBranch, deleteBranch } from '../site/branches.js'
import { deleteRepository } from '../site/deletions.js'
import { branchTip } from '../site/git-store.js'
import { NOT_FOUND, Refusal } from '../site/refusal.js'
import { addRepository } from '../site/repositories.js'
import { may, roleOf } from '../site/roles.js'
import { type Activity, fullName, type Repository, ROLES, type Role, type Site } from '../site/state.js'
import {
  editProtection,
  makeProtection,
  mayMerge,
  mayPush,
  protectionOf,
  shownProtection,
} from './branch-protection.js'
import { repository, time, user } from './render.js'

const repositoryOf = (call: Call, repo: Repository) => repository(call.site, repo, call.caller?.user ?? null)

async function createRepository(call: Call) {
  const owner = call.user()
  const name = call.requiredText('name')
  if (call.site.repositoryByName(owner.login, name) !== undefined)
    throw new Refusal(409, 'The repository with the same name already exists.')
  const isPrivate = call.body['private'] === true
  const repo = await addRepository(call.site, {
    owner,
    name,
    isPrivate,
    defaultBranch: call.text('default_branch') ?? 'main',
  })
  return created(repositoryOf(call, repo))
}

async function fork(call: Call) {
  const parent = call.repo()
  const name = call.text('name') ?? parent.name
  const repo = await addRepository(call.site, { owner: call.user(), name, parent })
  return { status: 202, body: repositoryOf(call, repo) }
}

/** Without `has_pull_requests`, what is said about merging is passed over in silence. */
function edit(call: Call) {
  const repo = call.repo('admin')
  for (const key of call.body['has_pull_requests'] === true ? Object.keys(repo.settings) : [])
    if (typeof call.body[key] === 'boolean') repo.settings[key] = call.body[key]
  if (typeof call.body['private'] === 'boolean') repo.isPrivate = call.body['private']
  repo.defaultBranch = call.text('default_branch') ?? repo.defaultBranch
  repo.name = call.text('name') ?? repo.name
  return ok(repositoryOf(call, repo))
}

function permission(call: Call) {
  const repo = call.repo()
  const asker = call.user()
  // It means to let others ask about themselves, and compares with a name that local accounts do not have.
  if (!may(call.site, repo, asker, 'admin'))
    throw new Refusal(
      403,
      'Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own',
    )
  const other = call.site.userByLogin(call.param('login'))
  if (other === undefined) throw new Refusal(404, `user does not exist [uid: 0, name: ${call.param('login')}]`)
  const role = roleOf(call.site, repo, other)
  return ok({ permission: role, role_name: role, user: user(call.site, other.id) })
}

/** Without the owner. */
function collaborators(call: Call) {
  const repo = call.repo()
  const page = pageOf(call, [...repo.collaborators.keys()])
  return ok(
    page.items.map((id) => user(call.site, id)),
    { 'X-Total-Count': String(page.total) },
  )
}

/** All who may write, the owner too; site admins only if they are collaborators. */
function assignees(call: Call) {
  const repo = call.repo()
  const ids = [...repo.collaborators.keys()].filter((id) =>
    may(call.site, repo, call.site.users.get(id) ?? null, 'write'),
  )
  return ok([...ids, repo.owner.id].map((id) => user(call.site, id)))
}

function collaborate(call: Call) {
  const role = (call.text('permission') ?? 'write') as Role
  if (!ROLES.includes(role)) throw new Refusal(422, `permission: ${role}`)
  call.repo('admin').collaborators.set(call.otherUser().id, role)
  return empty()
}

function branch(call: Call, repo: Repository, name: string) {
  const viewer = call.caller?.user ?? null
  const rule = protectionOf(repo, name)
  const isAdmin = may(call.site, repo, viewer, 'admin')
  return {
    name,
    commit: { id: branchTip(repo, name) },
    protected: rule !== null,
    required_approvals: rule?.['required_approvals'] ?? 0,
    enable_status_check: rule?.['enable_status_check'] ?? false,
    status_check_contexts: rule?.['status_check_contexts'] ?? [],
    user_can_push: mayPush(call.site, repo, viewer, name),
    user_can_merge: mayMerge(call.site, repo, viewer, name),
    effective_branch_protection_name: isAdmin && rule !== null ? rule['rule_name'] : '',
  }
}

function oneBranch(call: Call) {
  const repo = call.repo()
  if (branchTip(repo, call.param('branch')) === null) throw new Refusal(404, 'The target could not be found')
  return ok(branch(call, repo, call.param('branch')))
}

function allBranches(call: Call) {
  const repo = call.repo()
  const names = [...repo.refs.keys()].filter((ref) => ref.startsWith('refs/heads/')).map((ref) => ref.slice(11))
  const page = pageOf(call, names)
  return ok(
    page.items.map((name) => branch(call, repo, name)),
    { ...linkHeader(call, page), 'X-Total-Count': String(page.total) },
  )
}

async function makeBranch(call: Call) {
  const repo = call.repo('write')
  const name = call.requiredText('new_branch_name')
  const from = branchTip(repo, call.text('old_branch_name') ?? repo.defaultBranch)
  if (from === null) throw new Refusal(404, 'The old branch does not exist')
  await createBranch(call.site, repo, call.user(), name, from)
  return created(branch(call, repo, name))
}

function protection(call: Call) {
  const rule = call.repo('admin').protections.get(call.param('name'))
  if (rule === undefined) throw new Refusal(404, 'The target could not be found')
  return rule
}

function addProtection(call: Call) {
  const repo = call.repo('admin')
  const rule = makeProtection(call.site, repo, call.body)
  const name = String(rule['rule_name'])
  if (repo.protections.has(name)) throw new Refusal(403, 'Branch protection already exist')
  repo.protections.set(name, rule)
  return created(shownProtection(call.site, repo, rule))
}

/** A new branch has a line of its own, without content, before that of its push. */
function feedEntries(site: Site, repo: Repository, each: Activity) {
  const plain = feedEntry(site, repo, each)
  if (each.kind === 'branch_deletion') return [{ ...plain, content: '' }]
  return each.before === null ? [plain, { ...plain, id: each.id - 1, content: '' }] : [plain]
}

function feedEntry(site: Site, repo: Repository, each: Activity) {
  const commits = each.commits.toReversed().map((Sha1) => ({ Sha1 }))
  const from = each.before ?? repo.defaultBranch
  const content = {
    Commits: commits,
    HeadCommit: commits[0] ?? null,
    CompareURL: `${fullName(repo)}/compare/${from}...${each.after}`,
    Len: commits.length,
  }
  return {
    id: each.id,
    user_id: each.by,
    op_type: each.kind === 'branch_deletion' ? 'delete_branch' : 'commit_repo',
    act_user_id: each.by,
    act_user: user(site, each.by),
    repo_id: repo.id,
    comment_id: 0,
    ref_name: each.ref,
    is_private: repo.isPrivate,
    content: JSON.stringify(content),
    created: time(each.at),
  }
}

function feeds(call: Call) {
  const repo = call.repo()
  const date = call.url.searchParams.get('date')
  // What a deleted account did is gone from here.
  const known = repo.activities.filter((each) => call.site.users.has(each.by))
  const ofDay = known.filter((each) => date === null || time(each.at).startsWith(date))
  const page = pageOf(
    call,
    ofDay.toReversed().flatMap((each) => feedEntries(call.site, repo, each)),
  )
  return ok(page.items, { 'X-Total-Count': String(page.total) })
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
  'GET /repos/:owner/:repo/assignees': assignees,
  'GET /repos/:owner/:repo/collaborators': collaborators,
  'GET /repos/:owner/:repo/collaborators/:login': (call) => {
    if (!call.repo().collaborators.has(call.otherUser().id)) throw new Refusal(404, NOT_FOUND)
    return empty()
  },
  'PUT /repos/:owner/:repo/collaborators/:login': collaborate,
  'DELETE /repos/:owner/:repo/collaborators/:login': (call) => {
    call.repo('admin').collaborators.delete(call.otherUser().id)
    return empty()
  },
  'GET /repos/:owner/:repo/branches': allBranches,
  'POST /repos/:owner/:repo/branches': makeBranch,
  'GET /repos/:owner/:repo/branches/*branch': oneBranch,
  'DELETE /repos/:owner/:repo/branches/*branch': async (call) => {
    await deleteBranch(call.site, call.repo('write'), call.user(), call.param('branch'))
    return empty()
  },
  'GET /repos/:owner/:repo/branch_protections': (call) => {
    const repo = call.repo('admin')
    return ok([...repo.protections.values()].map((rule) => shownProtection(call.site, repo, rule)))
  },
  'POST /repos/:owner/:repo/branch_protections': addProtection,
  'GET /repos/:owner/:repo/branch_protections/*name': (call) =>
    ok(shownProtection(call.site, call.repo(), protection(call))),
  'PATCH /repos/:owner/:repo/branch_protections/*name': (call) => {
    editProtection(call.site, call.repo('admin'), protection(call), call.body)
    return ok(shownProtection(call.site, call.repo(), protection(call)))
  },
  'DELETE /repos/:owner/:repo/branch_protections/*name': (call) => {
    protection(call)
    call.repo('admin').protections.delete(call.param('name'))
    return empty()
  },
  'GET /repos/:owner/:repo/activities/feeds': feeds,
}
