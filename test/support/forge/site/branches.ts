/** Branches by API, and what a push may do to them. */
import { mayPush, protectionOf } from '../forgejo/branch-protection.js'
import { pushRules } from '../github/ruleset.js'
import { movesBetween, refsMoved } from './after-push.js'
import { exclusive, setRef } from './git-store.js'
import { Refusal } from './refusal.js'
import { may } from './roles.js'
import type { RefMove, Repository, Site, User } from './state.js'

export type RefRule = 'free' | 'denied' | 'no_force'

/** What the forge thinks of moving this ref by a push. */
export function ruleOfMove(site: Site, repo: Repository, by: User, move: RefMove): RefRule {
  if (!move.ref.startsWith('refs/heads/')) return 'free'
  const branch = move.ref.slice('refs/heads/'.length)
  if (move.after === null && branch === repo.defaultBranch) return 'denied'
  return site.kind === 'github' ? onGithub(site, repo, by, branch, move) : onForgejo(site, repo, by, branch, move)
}

function onForgejo(site: Site, repo: Repository, by: User, branch: string, move: RefMove): RefRule {
  if (protectionOf(repo, branch) === null) return 'free'
  return move.after === null || !mayPush(site, repo, by, branch) ? 'denied' : 'no_force'
}

function onGithub(site: Site, repo: Repository, by: User, branch: string, move: RefMove): RefRule {
  const rules = pushRules(site, repo, by, branch)
  if (move.after === null) return rules.has('deletion') ? 'denied' : 'free'
  if (move.before === null) return rules.has('creation') ? 'denied' : 'free'
  if (rules.has('update') || rules.has('pull_request') || rules.has('required_status_checks')) return 'denied'
  return rules.has('non_fast_forward') ? 'no_force' : 'free'
}

export function createBranch(site: Site, repo: Repository, by: User, branch: string, from: string): Promise<void> {
  return exclusive(repo, async () => {
    const ref = `refs/heads/${branch}`
    if (repo.refs.has(ref)) throw new Refusal(site.kind === 'github' ? 422 : 409, 'The branch already exists.')
    const old = repo.refs
    await setRef(repo, ref, from)
    await refsMoved(site, repo, movesBetween(old, repo.refs), by)
  })
}

export function deleteBranch(site: Site, repo: Repository, by: User, branch: string): Promise<void> {
  return exclusive(repo, async () => {
    const ref = `refs/heads/${branch}`
    const before = repo.refs.get(ref)
    if (before === undefined) throw new Refusal(site.kind === 'github' ? 422 : 404, 'Reference does not exist')
    if (!may(site, repo, by, 'write')) throw new Refusal(403, 'no writer')
    const rule = ruleOfMove(site, repo, by, { ref, before, after: null })
    if (rule === 'denied') throw new Refusal(site.kind === 'github' ? 422 : 403, 'branch protected')
    const old = repo.refs
    await setRef(repo, ref, null)
    await refsMoved(site, repo, movesBetween(old, repo.refs), by)
  })
}
