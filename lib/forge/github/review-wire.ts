import { z } from 'zod'
import type { ReviewFact } from '../../../vault/forge/fact.js'
import { parseOid } from '../../../vault/oid.js'
import { wireId, wireTime } from '../wire/primitives.js'
import { githubAccount } from './account.js'

const STATES = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
  PENDING: 'pending',
} as const satisfies Record<string, ReviewFact['state']>

export const githubReview = z
  .object({
    id: wireId,
    user: githubAccount.nullable(),
    state: z.enum(Object.keys(STATES) as (keyof typeof STATES)[]),
    commit_id: z.string().nullable(),
    // Only one that is being written has none, and only its author sees it.
    submitted_at: wireTime.optional(),
  })
  .transform(
    (wire): ReviewFact => ({
      id: wire.id,
      author: wire.user,
      state: STATES[wire.state],
      dismissed: wire.state === 'DISMISSED',
      commit: parseOid(wire.commit_id ?? ''),
      submittedAt: wire.submitted_at ?? 0,
    }),
  )

/** The timeline's word of what a dismissed review had been. */
export const githubDismissal = z.object({
  event: z.literal('review_dismissed'),
  dismissed_review: z.object({ review_id: wireId, state: z.string() }),
})

/** A state as a dismissal writes it, in small letters. */
export const dismissedState = z.enum(['approved', 'changes_requested', 'commented'])
