/**
 * The second key of a merge that brought one action to main: `countersignatureOf(M)`. In plain git a signature says who
 * made it, in a forge the pull request does; law 5 binds both to exact content, law 6 keeps requester and approver apart.
 */
import type { TrustSet } from '../policy/trust-set.js'
import type { Demand } from './binding.js'
import type { MergeFact } from './fact.js'
import type { Given, Refused, Unverifiable } from './key-draft.js'
import { type PullMerge, type PullWitness, pullMergeKey } from './pull-merge.js'
import { type SignedMerge, signedMergeKey } from './signed-merge.js'

export type Countersignature = Given<SignedMerge | PullMerge> | Refused | Unverifiable

/** @param forge null: plain git */
export function countersignatureOf(
  merge: MergeFact,
  demand: Demand,
  set: TrustSet,
  forge: PullWitness | null,
): Countersignature {
  return forge === null ? signedMergeKey(merge, demand, set) : pullMergeKey(merge, demand, set, forge)
}
