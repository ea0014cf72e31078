/** What an outcome means for the claim that it lies beside. Whoever can push to main can put one there. */
import type { Intent, Outcome } from '../record/statement.js'
import type { Held } from './check-record.js'

/**
 * ended: by the claimer, or in its place where nobody knows the claimer. taken_over: another dispatcher heard nothing of
 * it; the claimer's truth may still come. hearsay: by a key that is not known, which says nothing about the claim of one
 * that is. posed: in the claimer's name, by a key that is not known: it would take the place of the true one.
 */
export type Ending = 'ended' | 'taken_over' | 'hearsay' | 'posed'

export function endingOf(intent: Held<Intent>, outcome: Held<Outcome>): Ending {
  const isSameInstance = outcome.predicate.dispatcher.instance === intent.predicate.dispatcher.instance
  const isSameKey = outcome.keyId === intent.keyId
  // A dispatcher may have been given a new key since its claim, but only one that is known.
  if (isSameInstance && (isSameKey || outcome.isKnownKey)) return 'ended'
  if (!intent.isKnownKey) return isSameInstance ? 'posed' : outcome.isKnownKey ? 'ended' : 'hearsay'
  if (isSameInstance) return 'posed'
  return outcome.isKnownKey ? 'taken_over' : 'hearsay'
}
