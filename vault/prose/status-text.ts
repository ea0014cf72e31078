/** The commit status: a state that sets nothing off, and one line. */
import type { OwedFact } from '../forge/sight.js'
import type { ShowStep } from '../plan/step.js'
import type { ReasonCode } from '../reasons.js'
import type { Judgement } from '../verdict/verdict.js'

type Status = ShowStep['status']

/** `pending` whatever else it waits for: a `success` of ours could set off a scheduled merge (field failure 44). */
export function statusOf({ tier, verdict }: Judgement): Status {
  if (verdict.kind === 'refuse') return { state: 'failure', description: `refused: ${verdict.reason}` }
  const words = WORDS[verdict.reason] ?? `${verdict.kind === 'fire' ? 'approved' : 'waits'}: ${verdict.reason}`
  return { state: 'pending', description: `${tier}: ${words}` }
}

export function statusOfOwed({ intent: { tier }, outcome }: OwedFact): Status {
  if (outcome === null) return { state: 'pending', description: `${tier}: claimed, running` }
  const state = outcome.status === 'succeeded' ? 'success' : 'failure'
  return { state, description: `${tier}: ${outcome.status.replace('_', ' ')}` }
}

const WORDS: Partial<Record<ReasonCode, string>> = {
  pending_async_review: 'pending async review',
  awaiting_admin_merge: 'blocked until an admin merges',
  review_window: 'pending async review, fires unopposed',
  vetoed: 'a writer objected, waits for a review or a merge',
  changes_requested: 'changes requested',
  pull_is_draft: 'a draft',
}
