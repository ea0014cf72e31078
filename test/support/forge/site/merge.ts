/** Merging by page or API. */
import { mayMerge, obstacleOf as obstacleOnForgejo } from '../forgejo/branch-protection.js'
import { obstacleOf as obstacleOnGithub } from '../github/ruleset.js'
import { movesBetween, refsMoved } from './after-push.js'
import { branchTip, exclusive, hasCommit, isAncestor, setRef } from './git-store.js'
import { setMerged } from './indirect-merge.js'
import { type MergeSpec, makeMerge } from './merge-styles.js'
import { liveHead } from './pulls.js'
import { Refusal } from './refusal.js'
import { may } from './roles.js'
import type { MergeStyle, Pull, Site, User } from './state.js'
import { notifyHooks } from './webhooks.js'

const SETTING: Readonly<Record<'forgejo' | 'github', Readonly<Partial<Record<MergeStyle, string>>>>> = {
  forgejo: {
    merge: 'allow_merge_commits',
    squash: 'allow_squash_merge',
    rebase: 'allow_rebase',
    'rebase-merge': 'allow_rebase_explicit',
    'fast-forward-only': 'allow_fast_forward_only_merge',
    'manually-merged': 'allow_manual_merge',
  },
  github: { merge: 'allow_merge_commit', squash: 'allow_squash_merge', rebase: 'allow_rebase_merge' },
}

/** Why this user may not merge it now; null: he may. */
export function obstacleFor(site: Site, pull: Pull, by: User): string | null {
  if (pull.merged !== null) return 'it is merged'
  if (pull.state === 'closed') return 'it is closed'
  if (pull.draft) return 'Work in progress PRs cannot be merged'
  if (site.kind === 'github') return may(site, pull.repo, by, 'write') ? obstacleOnGithub(site, pull, by) : 'no writer'
  return mayMerge(site, pull.repo, by, pull.baseBranch) ? obstacleOnForgejo(pull) : 'User not allowed to merge PR'
}

export async function mergePull(site: Site, pull: Pull, by: User, spec: MergeSpec): Promise<string> {
  if (pull.state === 'closed' && pull.merged === null && site.kind === 'forgejo') throw new Refusal(404, 'it is closed')
  const why = obstacleFor(site, pull, by)
  if (why !== null) throw new Refusal(site.kind === 'github' && why === 'no writer' ? 403 : 405, why)
  requireStyle(site, pull, spec.style)
  return mergeNow(site, pull, by, spec)
}

function requireStyle(site: Site, pull: Pull, style: MergeStyle): void {
  const setting = SETTING[site.kind][style]
  if (setting !== undefined && pull.repo.settings[setting] === true) return
  throw new Refusal(405, `${style} is not an allowed merge style for this repository`)
}

export function mergeNow(site: Site, pull: Pull, by: User, spec: MergeSpec): Promise<string> {
  const { repo } = pull
  return exclusive(repo, async () => {
    const head = liveHead(pull) ?? (site.kind === 'github' ? pull.head : null)
    // Forgejo merges from the branch.
    if (head === null) throw new Refusal(500, '')
    if (spec.expectedHead !== null && spec.expectedHead !== head)
      throw new Refusal(
        409,
        site.kind === 'github' ? 'Head branch was modified. Review and try the merge again.' : 'head out of date',
      )
    const base = branchTip(repo, pull.baseBranch)
    const commit = base === null ? null : await makeMerge(site, { ...pull, head }, base, by, spec)
    if (commit === null) throw new Refusal(site.kind === 'github' ? 405 : 409, 'Pull Request is not mergeable')
    const before = repo.refs
    setMerged(site, pull, commit, by)
    await setRef(repo, `refs/heads/${pull.baseBranch}`, commit)
    await refsMoved(site, repo, movesBetween(before, repo.refs), by, true)
    notifyHooks(site, repo, { event: 'pull_request', action: 'closed', by, pull })
    return commit
  })
}

/** Forgejo's `manually-merged`: the caller names any commit that is in the base already. */
export async function markManuallyMerged(site: Site, pull: Pull, by: User, commit: string): Promise<void> {
  if (pull.state === 'closed') throw new Refusal(pull.merged === null ? 404 : 405, 'it is closed')
  if (!mayMerge(site, pull.repo, by, pull.baseBranch)) throw new Refusal(405, 'User not allowed to merge PR')
  requireStyle(site, pull, 'manually-merged')
  const base = branchTip(pull.repo, pull.baseBranch)
  const isThere = base !== null && (await hasCommit(pull.repo, commit)) && (await isAncestor(pull.repo, commit, base))
  if (!isThere) throw new Refusal(409, 'Wrong commit ID')
  setMerged(site, pull, commit, by)
}
