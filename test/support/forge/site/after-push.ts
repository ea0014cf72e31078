/** What the forge makes of moved branches: who pushed, heads of pull requests, merges that came by a push. */
import { branchTip, bringHead, commitsOf, isAncestor, refsWithin } from './git-store.js'
import { markMerged, mergeCommitOf } from './indirect-merge.js'
import { note, setState } from './pull-events.js'
import { headRef } from './pulls.js'
import { reviewsAfterPush } from './stale-reviews.js'
import type { Activity, Pull, RefMove, Repository, Site, User } from './state.js'
import { notifyHooks } from './webhooks.js'

export function movesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly RefMove[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names]
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
    .filter((move) => move.before !== move.after)
}

/** Call within `exclusive`. */
export async function refsMoved(
  site: Site,
  repo: Repository,
  moves: readonly RefMove[],
  by: User,
  isMerge = false,
): Promise<void> {
  for (const move of moves.filter(({ ref }) => ref.startsWith('refs/heads/'))) {
    const activity = await recordActivity(site, repo, move, by, isMerge)
    const branch = move.ref.slice('refs/heads/'.length)
    if (move.after === null) closePullsOf(site, repo, branch, by)
    else {
      for (const pull of openPulls(site, (each) => each.headRepo === repo && each.headBranch === branch))
        await headMoved(site, pull, move, activity, by)
      await baseMoved(site, repo, branch, move.after, by)
    }
    notifyHooks(site, repo, { event: 'push', by, move })
  }
}

function openPulls(site: Site, which: (pull: Pull) => boolean): readonly Pull[] {
  const all = [...site.repositories.values()].flatMap((repo) => [...repo.pulls.values()])
  return all.filter((pull) => pull.state === 'open' && which(pull))
}

async function recordActivity(
  site: Site,
  repo: Repository,
  move: RefMove,
  by: User,
  isMerge: boolean,
): Promise<Activity> {
  const { ref, before, after } = move
  const forced = before !== null && after !== null && !(await isAncestor(repo, before, after))
  const main = branchTip(repo, repo.defaultBranch)
  const without = before ?? (main === after ? null : main)
  const commits = after === null ? [] : await commitsOf(repo, after, without === null ? [] : [without])
  const kind = isMerge ? 'pr_merge' : kindOf(move, forced)
  // Forgejo's feed tells a new branch in two lines.
  site.nextId()
  const activity: Activity = { id: site.nextId(), at: site.now(), by: by.id, ref, before, after, kind, commits }
  repo.activities.push(activity)
  return activity
}

function kindOf({ before, after }: RefMove, forced: boolean): Activity['kind'] {
  if (before === null) return 'branch_creation'
  if (after === null) return 'branch_deletion'
  return forced ? 'force_push' : 'push'
}

function closePullsOf(site: Site, repo: Repository, branch: string, by: User): void {
  const isOf = (pull: Pull) =>
    (pull.headRepo === repo && pull.headBranch === branch) || (pull.repo === repo && pull.baseBranch === branch)
  for (const pull of openPulls(site, isOf)) {
    if (site.kind === 'github') note(site, pull, by, { kind: 'delete_branch', branch })
    setState(site, pull, by, 'closed')
  }
}

async function headMoved(site: Site, pull: Pull, move: RefMove, activity: Activity, by: User): Promise<void> {
  const before = pull.head
  const after = move.after ?? before
  if (before === after || pull.headRepo === null || site.losesPushes) return
  await bringHead(pull.repo, pull.headRepo, after, headRef(pull))
  pull.head = after
  const base = branchTip(pull.repo, pull.baseBranch)
  const forced = activity.kind === 'force_push'
  const commits = forced
    ? [before, after]
    : await commitsOf(pull.repo, after, base === null ? [before] : [before, base])
  note(site, pull, by, { kind: 'push', before, after, forced, commits })
  reviewsAfterPush(site, pull, by)
  await headMovedToBase(site, pull, by)
  notifyHooks(site, pull.repo, { event: 'pull_request', action: 'synchronize', by, pull })
}

async function baseMoved(site: Site, repo: Repository, branch: string, tip: string, by: User): Promise<void> {
  const waiting = openPulls(site, (each) => each.repo === repo && each.baseBranch === branch)
  if (waiting.length === 0) return
  const merged = await refsWithin(repo, tip, 'refs/pull')
  for (const pull of waiting.filter((each) => merged.has(headRef(each)))) await foundMerged(site, pull, tip, by)
}

/** Its head is on the base branch, without anybody having merged it. */
async function foundMerged(site: Site, pull: Pull, base: string, by: User): Promise<void> {
  if (site.kind === 'forgejo' && pull.repo.settings['autodetect_manual_merge'] !== true) return
  await markMerged(site, pull, await mergeCommitOf(pull, base), by)
}

/** The head itself was moved to what the base has: GitHub closes it then. */
async function headMovedToBase(site: Site, pull: Pull, by: User): Promise<void> {
  const base = branchTip(pull.repo, pull.baseBranch)
  if (base === null || !(await isAncestor(pull.repo, pull.head, base))) return
  if (site.kind === 'github') setState(site, pull, by, 'closed')
  else await foundMerged(site, pull, base, by)
}
