import type { ReviewFact } from '../forge/fact.js'

/** Comments and requests for a review change nobody's mind. */
const DECIDING = new Set<ReviewFact['state']>(['approved', 'changes_requested', 'dismissed'])

/**
 * The last word of one person, dismissed or not: whoever asks for changes after an approval has taken it back, also where
 * that was dismissed later. Of two of one second the one with the higher id is the later.
 */
export function standingReview(reviews: readonly ReviewFact[], personId: number): ReviewFact | null {
  const [last] = reviews
    .filter(({ author, state }) => author?.id === personId && DECIDING.has(state))
    .sort((a, b) => b.submittedAt - a.submittedAt || b.id - a.id)
  return last ?? null
}
