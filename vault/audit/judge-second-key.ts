/** Laws 1, 5 and 6 once more: the second key is made anew from git and must be, field by field, the one in the record. */
import { countersignatureOf } from '../countersignature/signed-merge.js'
import type { FireReason, RefuseReason } from '../reasons.js'
import { canonicalJson } from '../record/canonical-json.js'
import { sameBytes } from '../record/envelope.js'
import type { Evidence } from '../record/statement.js'
import { requestPath } from '../record/subject.js'
import type { Tier } from '../tier.js'
import type { AuditedClaim } from './claim.js'
import { claimFinding } from './claim.js'
import type { AuditFinding } from './finding.js'
import { RECORD_MODE } from './record-file.js'

const FIRED_BY: Record<Tier, FireReason> = { low: 'auto_approved', medium: 'merged_by_writer', high: 'merged_by_admin' }

/** @param tier what the policy in force gives, whatever the record says */
export function judgeSecondKey(claim: AuditedClaim, tier: Tier): readonly AuditFinding[] {
  const fault = tier === 'low' ? faultOfLow(claim) : faultOfMerge(claim, tier)
  return fault === null ? [] : [claimFinding(claim, 'second_key_mismatch', fault.message, fault.reason)]
}

interface Fault {
  readonly message: string
  readonly reason: RefuseReason | null
}

/** A record of another tier is wrong by its tier, and is reported for that. */
function faultOfLow({ intent }: AuditedClaim): Fault | null {
  if (intent.tier !== 'low') return null
  if (intent.evidence.kind !== 'policy')
    return fault('the low tier fires on policy alone, yet the record names a merge')
  return faultOfReason(intent.reason, 'low')
}

function faultOfMerge(claim: AuditedClaim, tier: 'medium' | 'high'): Fault | null {
  const { intent, trust, standing, blob } = claim
  if (intent.evidence.kind === 'policy')
    return fault(`${tier} needs a second key; the record names the policy alone`, 'no_second_key')
  const path = requestPath(intent.id)
  if (standing === null) return fault(`${path} was not on main when it was claimed`, 'no_second_key')
  const { mode } = standing.entry
  if (mode !== RECORD_MODE) return fault(`${path} had mode ${mode}`, 'not_regular_file')
  const again = countersignatureOf(standing.merge, { tier, path, entry: { mode, oid: blob } }, trust.inForce.set)
  if (again.kind === 'refused') return fault(`${again.reason}: ${again.detail}`, again.reason)
  if (!sameEvidence(again.evidence, intent.evidence)) {
    return fault(`it names another second key than the one that git shows, ${describe(again.evidence)}`)
  }
  if (intent.request_head !== again.evidence.parents[1]) return fault('request_head is not the head that was merged')
  return faultOfReason(intent.reason, tier)
}

function faultOfReason(reason: FireReason, tier: Tier): Fault | null {
  return reason === FIRED_BY[tier] ? null : fault(`it fired by ${reason}; ${tier} fires by ${FIRED_BY[tier]}`)
}

function sameEvidence(a: Evidence, b: Evidence): boolean {
  return sameBytes(canonicalJson(a), canonicalJson(b))
}

function describe({ merge_commit, merged_by, requesters }: Extract<Evidence, { kind: 'signed_merge' }>): string {
  return `merge ${merge_commit.slice(0, 12)} by ${merged_by.principal} (${merged_by.role}), requested by ${requesters.join(', ')}`
}

function fault(message: string, reason: RefuseReason | null = null): Fault {
  return { message, reason }
}
