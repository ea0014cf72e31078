import type { FireReason, RefuseReason } from '../reasons.js'
import { canonicalJson } from '../record/canonical-json.js'
import { sameBytes } from '../record/envelope.js'
import type { Evidence } from '../record/statement.js'
import type { Tier } from '../tier.js'

/** What does not hold about a second key. */
export interface KeyFault {
  readonly message: string
  readonly reason: RefuseReason | null
}

export function keyFault(message: string, reason: RefuseReason | null = null): KeyFault {
  return { message, reason }
}

/** By which reason each tier fires on which evidence; where there is none, it does not. */
export const FIRED_BY: Record<Tier, Partial<Record<Evidence['kind'], FireReason>>> = {
  low: { policy: 'auto_approved' },
  medium: {
    signed_merge: 'merged_by_writer',
    pull_merge: 'merged_by_writer',
    pull_review: 'reviewed_by_writer',
    unopposed_window: 'unopposed',
  },
  high: { signed_merge: 'merged_by_admin', pull_merge: 'merged_by_admin' },
}

export function sameEvidence(a: Evidence, b: Evidence): boolean {
  return sameBytes(canonicalJson(a), canonicalJson(b))
}
