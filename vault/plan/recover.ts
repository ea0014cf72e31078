/** What becomes of claims in flight (DESIGN section 7). A run whose end is unknown is never started again by itself (law 8). */
import { LIMITS } from '../limits.js'
import type { ClaimFact, Snapshot } from './snapshot.js'
import type { Step } from './step.js'

const MINUTE_MS = 60_000

/** @returns null where the claim is another instance's and its time is not over. */
export function recoverClaim(claim: ClaimFact, snapshot: Snapshot, mayStart: boolean): Step | null {
  const startBy = Date.parse(claim.intent.start_by)
  switch (claim.state) {
    case 'finished':
    case 'running':
      return { kind: 'collect', claim }
    case 'noted':
      if (snapshot.now >= startBy)
        return { kind: 'conclude', claim, status: 'cancelled', reason: 'not_started_in_time' }
      return mayStart ? { kind: 'start', claim, isAgain: false } : null
    case 'again':
      // Nobody knows what its first run did.
      if (snapshot.now >= startBy) return { kind: 'conclude', claim, status: 'indeterminate', reason: 'end_unknown' }
      return mayStart ? { kind: 'start', claim, isAgain: false } : null
    case 'unknown':
      // A claim that was never noted here, or was done with: a copy of it may have been brought to main by anybody.
      return { kind: 'conclude', claim, status: 'indeterminate', reason: 'end_unknown' }
    case 'lost':
      // Law 8: only what says of itself that a second run does no harm may have one, and only as long as a first one might.
      if (claim.idempotent && snapshot.now < startBy) return mayStart ? { kind: 'start', claim, isAgain: true } : null
      return { kind: 'conclude', claim, status: 'indeterminate', reason: 'end_unknown' }
    case 'foreign':
      return snapshot.now >= takeoverAt(claim)
        ? { kind: 'conclude', claim, status: 'indeterminate', reason: 'taken_over' }
        : null
  }
}

/** Epoch milliseconds from which another instance may record that nothing was heard. Later than any run of it can start and end. */
export function takeoverAt(claim: ClaimFact): number {
  return Date.parse(claim.intent.start_by) + claim.intent.timeout_minutes * MINUTE_MS + LIMITS.takeoverGraceMs
}
