/**
 * Laws 1, 5 and 6 once more. A signed merge is made anew from git and must be, field by field, the one in the record. Who
 * merged or reviewed in a forge no clone says: there the record is the dispatcher's signed word, and is held to git and
 * to the policy as far as they go.
 */
import { countersignatureOf } from '../countersignature/countersignature.js'
import type { Evidence } from '../record/statement.js'
import { requestPath } from '../record/subject.js'
import type { Tier } from '../tier.js'
import type { AuditedClaim } from './claim.js'
import { claimFinding } from './claim.js'
import type { AuditFinding } from './finding.js'
import { faultOfPull } from './judge-pull-key.js'
import { FIRED_BY, type KeyFault, keyFault, sameEvidence } from './key-fault.js'
import { RECORD_MODE } from './record-file.js'

/** @param tier what the policy in force gives, whatever the record says */
export function judgeSecondKey(claim: AuditedClaim, tier: Tier): readonly AuditFinding[] {
  const fault = tier === 'low' ? faultOfLow(claim) : faultOfKey(claim, tier)
  return fault === null ? [] : [claimFinding(claim, 'second_key_mismatch', fault.message, fault.reason)]
}

/** A record of another tier is wrong by its tier, and is reported for that. */
function faultOfLow({ intent }: AuditedClaim): KeyFault | null {
  if (intent.tier !== 'low') return null
  if (intent.evidence.kind !== 'policy')
    return keyFault('the low tier fires on policy alone, yet the record names a second key')
  return faultOfReason(intent, 'low')
}

function faultOfKey(claim: AuditedClaim, tier: 'medium' | 'high'): KeyFault | null {
  const { intent, trust } = claim
  const { evidence } = intent
  if (evidence.kind === 'policy')
    return keyFault(`${tier} needs a second key; the record names the policy alone`, 'no_second_key')
  // Where keys decide, a forge's word is none; and the other way round.
  const isSigned = evidence.kind === 'signed_merge'
  if (isSigned !== (trust.adminsFrom === 'signers'))
    return keyFault(`the record names a ${evidence.kind}, which is no second key in this ops repo`, 'no_second_key')
  const fault = isSigned ? faultOfMerge(claim, tier) : faultOfPull(claim, evidence, tier)
  return fault ?? faultOfReason(intent, tier)
}

function faultOfMerge(claim: AuditedClaim, tier: 'medium' | 'high'): KeyFault | null {
  const { intent, trust, standing, blob } = claim
  const path = requestPath(intent.id)
  if (standing === null) return keyFault(`${path} was not on main when it was claimed`, 'no_second_key')
  const { mode } = standing.entry
  if (mode !== RECORD_MODE) return keyFault(`${path} had mode ${mode}`, 'not_regular_file')
  const demand = { tier, path, entry: { mode, oid: blob } }
  const again = countersignatureOf(standing.merge, demand, trust.inForce.set, null)
  if (again.kind !== 'evidence')
    return keyFault(`${again.reason}: ${again.detail}`, again.kind === 'refused' ? again.reason : null)
  if (again.evidence.kind !== 'signed_merge' || !sameEvidence(again.evidence, intent.evidence)) {
    return keyFault(`it names another second key than the one that git shows, ${describe(again.evidence)}`)
  }
  return intent.request_head === again.evidence.parents[1]
    ? null
    : keyFault('request_head is not the head that was merged')
}

function faultOfReason({ reason, evidence }: AuditedClaim['intent'], tier: Tier): KeyFault | null {
  const right = FIRED_BY[tier][evidence.kind]
  if (reason === right) return null
  return keyFault(`it fired by ${reason}; ${tier} fires by ${right ?? 'no such second key'}`)
}

function describe(evidence: Evidence): string {
  if (evidence.kind !== 'signed_merge') return evidence.kind
  const { merge_commit, merged_by, requesters } = evidence
  return `merge ${merge_commit.slice(0, 12)} by ${merged_by.principal} (${merged_by.role}), requested by ${requesters.join(', ')}`
}
