/** The second key of a forge, from a clone: what git shows of the merge, and what the policy in force says of those who are named. */
import { neededRole } from '../countersignature/approver.js'
import { bindMerge } from '../countersignature/binding.js'
import { KeyDraft } from '../countersignature/key-draft.js'
import type { TrustSet } from '../policy/trust-set.js'
import type { Evidence } from '../record/statement.js'
import { requestPath } from '../record/subject.js'
import type { AuditedClaim } from './claim.js'
import { FIRED_BY, type KeyFault, keyFault } from './key-fault.js'
import { RECORD_MODE } from './record-file.js'

type PullEvidence = Exclude<Evidence, { kind: 'policy' | 'signed_merge' }>
type Keyed = 'medium' | 'high'

export function faultOfPull(claim: AuditedClaim, evidence: Evidence, tier: Keyed): KeyFault | null {
  if (evidence.kind === 'policy' || evidence.kind === 'signed_merge') return null
  if (FIRED_BY[tier][evidence.kind] === undefined)
    return keyFault(`${tier} does not fire on a ${evidence.kind}`, 'no_second_key')
  const { set } = claim.trust.inForce
  if (evidence.kind === 'unopposed_window') return faultOfHead(claim, evidence) ?? faultOfWindow(evidence, set)
  if (evidence.kind === 'pull_review') {
    if (evidence.review.commit !== evidence.head)
      return keyFault('the review is of another commit than the head', 'binding_mismatch')
    return faultOfHead(claim, evidence) ?? faultOfPerson(evidence.review.by, evidence, tier, set)
  }
  return faultOfMerge(claim, evidence, tier) ?? faultOfPerson(evidence.merged_by, evidence, tier, set)
}

function faultOfHead({ intent }: AuditedClaim, { head }: { readonly head: string }): KeyFault | null {
  return intent.request_head === head
    ? null
    : keyFault('request_head is not the head that was approved', 'binding_mismatch')
}

/** Law 5 needs no forge. */
function faultOfMerge(
  { intent, standing, blob }: AuditedClaim,
  evidence: Extract<Evidence, { kind: 'pull_merge' }>,
  tier: Keyed,
): KeyFault | null {
  const path = requestPath(intent.id)
  if (standing === null) return keyFault(`${path} was not on main when it was claimed`, 'no_second_key')
  const { mode } = standing.entry
  if (mode !== RECORD_MODE) return keyFault(`${path} had mode ${mode}`, 'not_regular_file')
  const bound = bindMerge(standing.merge, { tier, path, entry: { mode, oid: blob } }, '', new KeyDraft())
  if (bound.kind === 'refused') return keyFault(`${bound.reason}: ${bound.detail}`, bound.reason)
  const { merge_commit, parents } = evidence
  if (merge_commit !== standing.merge.commit || bound.parents.some((parent, index) => parent !== parents[index]))
    return keyFault(`it names another merge than the one that git shows, ${standing.merge.commit.slice(0, 12)}`)
  return intent.request_head === parents[1] ? null : keyFault('request_head is not the head that was merged')
}

function faultOfPerson(
  { id, login, permission }: Extract<Evidence, { kind: 'pull_merge' }>['merged_by'],
  { requesters }: PullEvidence,
  tier: Keyed,
  set: TrustSet,
): KeyFault | null {
  const { policy } = set
  const needed = neededRole(tier, set)
  const who = `${login} (id ${id})`
  const named = (accounts: readonly { readonly id: number }[]) => accounts.some((account) => account.id === id)
  if (needed === 'admin' && permission !== 'admin')
    return keyFault(`${who} had the permission ${permission}, needed is admin`, 'approver_role')
  if (named(policy.never)) return keyFault(`${who} is listed under approval.never`, 'approver_excluded')
  if (needed === 'admin' && policy.high.admins !== null && !named(policy.high.admins))
    return keyFault(`${who} is not among the pinned admins`, 'approver_excluded')
  if (named(requesters) && !policy[tier].allowSelf)
    return keyFault(`${who} requested it and approved it`, 'self_approval')
  return null
}

function faultOfWindow(
  { window_ms, alive_ms }: Extract<Evidence, { kind: 'unopposed_window' }>,
  { policy }: TrustSet,
): KeyFault | null {
  const windowMs = policy.medium.reviewWindowMs
  if (windowMs === null) return keyFault('the policy in force had no review window', 'no_second_key')
  if (window_ms === windowMs && alive_ms >= windowMs) return null
  return keyFault(
    `it names a window of ${window_ms} ms, of which ${alive_ms} passed; the policy says ${windowMs}`,
    'no_second_key',
  )
}
