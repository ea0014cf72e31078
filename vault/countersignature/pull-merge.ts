/** The second key of a forge for a merged request: who merged the pull request whose merge commit this is (DESIGN section 5). */
import type { Account, Learned, MergeDossier, PullDossier } from '../forge/fact.js'
import type { ForgeIdentity } from '../forge/sight.js'
import type { TrustSet } from '../policy/trust-set.js'
import type { Evidence } from '../record/statement.js'
import { timestampOf } from '../record/time.js'
import { pullRequestersOf } from '../request/pull-requesters.js'
import { knownRequesters } from '../request/requesters.js'
import { neededRole } from './approver.js'
import { bindMerge, type Demand } from './binding.js'
import type { MergeFact } from './fact.js'
import { type Given, KeyDraft, type Refused, type Unverifiable } from './key-draft.js'
import { mergedPullOf } from './merged-pull.js'
import { keepApart } from './two-people.js'

export type PullMerge = Extract<Evidence, { kind: 'pull_merge' }>

/** What the forge says of the merge. */
export interface PullWitness {
  readonly identity: ForgeIdentity
  /** Of `WaitingFact.pull`. */
  readonly pull: Learned<MergeDossier | null> | null
  /** Other pull requests known with the head that was merged. */
  readonly kin: readonly PullDossier[]
  /** Epoch milliseconds. */
  readonly now: number
}

export function pullMergeKey(
  merge: MergeFact,
  demand: Demand,
  set: TrustSet,
  { identity, pull, kin, now }: PullWitness,
): Given<PullMerge> | Refused | Unverifiable {
  const draft = new KeyDraft()
  const bound = bindMerge(merge, demand, SETTINGS, draft)
  if (bound.kind === 'refused') return bound
  const judge = { identity, set }
  const { parents } = bound
  const merged = mergedPullOf(
    { commit: merge.commit, head: parents[1] },
    pull,
    neededRole(demand.tier, set),
    judge,
    draft,
  )
  if (merged.kind !== 'merged') return merged

  const { dossier, all, by } = merged
  if (merge.tooManyCommits) return draft.refuse('requesters', 'too_many_commits', 'more commits than are read')
  const others = kin.filter((other) => all.every(({ pull: { number } }) => number !== other.pull.number))
  const requesters = pullRequestersOf([...all, ...others], merge.commits)
  const signers = knownRequesters(merge.commits, set)
  const apart = keepApart(by, requesters, signers, set.policy[demand.tier].allowSelf, draft)
  if (apart.kind !== 'apart') return apart

  return draft.give({
    kind: 'pull_merge',
    forge: identity.kind,
    repo_id: identity.repositoryId,
    pull: dossier.pull.number,
    merge_commit: merge.commit,
    parents,
    merged_by: by,
    requesters: apart.requesters.map(({ id, login }: Account) => ({ id, login })),
    scheduled_review: merged.scheduledReview,
    observed_at: timestampOf(now),
  })
}

const SETTINGS =
  ' (or a squash or rebase of a pull request). Allow merge commits only, and nobody but the dispatcher to push to the branch'
