import { z } from 'zod'
import type { ReviewFact } from '../../../vault/forge/fact.js'
import type { ForgeClient } from '../client/forge-client.js'
import { timelineOf } from './history.js'
import { type PageLimits, readPages, withoutDoubles } from './read-pages.js'
import { dismissedState, githubDismissal, githubReview } from './review-wire.js'

/**
 * GitHub writes DISMISSED over what a review was; the timeline still tells it. A dismissed veto stays one, so where there
 * is any, it is looked up.
 */
export async function reviewsOf(
  client: ForgeClient,
  number: number,
  limits: PageLimits,
): Promise<readonly ReviewFact[]> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{number}/reviews'
  const reviews = withoutDoubles(await readPages(client, route, z.array(githubReview), { number }, limits))
  if (!reviews.some(({ dismissed }) => dismissed)) return reviews
  const former = await formerStates(client, number, limits)
  return reviews.map((review) => {
    const state = review.dismissed ? former.get(review.id) : undefined
    return state === undefined ? review : { ...review, state }
  })
}

/** By review id; what a dismissal does not tell stays `dismissed`. */
async function formerStates(
  client: ForgeClient,
  number: number,
  limits: PageLimits,
): Promise<ReadonlyMap<number, ReviewFact['state']>> {
  const former = new Map<number, ReviewFact['state']>()
  for (const event of await timelineOf(client, number, limits)) {
    const dismissal = githubDismissal.safeParse(event)
    if (!dismissal.success) continue
    const { review_id: id, state } = dismissal.data.dismissed_review
    const known = dismissedState.safeParse(state)
    if (known.success) former.set(id, known.data)
  }
  return former
}
