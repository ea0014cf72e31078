/** The second key in plain git: a merge that carries the signature of a principal with the role. */
import type { TrustSet } from '../policy/trust-set.js'
import type { Evidence } from '../record/statement.js'
import { requestersOf } from '../request/requesters.js'
import { approverOf, neededRole } from './approver.js'
import { bindMerge, type Demand, short } from './binding.js'
import type { MergeFact } from './fact.js'
import { type Given, KeyDraft, type Refused } from './key-draft.js'

export type SignedMerge = Extract<Evidence, { kind: 'signed_merge' }>

export function signedMergeKey(merge: MergeFact, demand: Demand, set: TrustSet): Given<SignedMerge> | Refused {
  const draft = new KeyDraft()
  const bound = bindMerge(merge, demand, '', draft)
  if (bound.kind === 'refused') return bound

  if (merge.tooManyCommits) return draft.refuse('requesters', 'too_many_commits', 'more commits than are read')
  const requesters = requestersOf(merge.commits, set)
  if (requesters.kind === 'unknown') return draft.refuse('requesters', 'requester_unknown', requesters.detail)
  draft.saw('requesters', requesters.principals.join(', '), 'known')

  const approver = approverOf(merge.signature, neededRole(demand.tier, set), set)
  if (approver.kind === 'refused') return draft.refuse('approver', approver.reason, approver.detail)
  const { principal, key, role } = approver
  draft.saw('approver', `${principal} (${role}) signed ${short(merge.commit)}`, 'allowed')

  const isSelf = requesters.principals.includes(principal)
  if (isSelf && !set.policy[demand.tier].allowSelf)
    return draft.refuse('two_people', 'self_approval', `${principal} requested and merged it`)
  const who = `${principal} merged, ${requesters.principals.join(', ')} requested`
  draft.saw('two_people', who, isSelf ? 'allowed by allow_self' : 'two people')

  return draft.give({
    kind: 'signed_merge',
    merge_commit: merge.commit,
    parents: bound.parents,
    merged_by: { principal, key, role },
    requesters: requesters.principals,
  })
}
