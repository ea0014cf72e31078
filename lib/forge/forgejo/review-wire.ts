import { z } from 'zod'
import type { ReviewFact } from '../../../vault/forge/fact.js'
import { parseOid } from '../../../vault/oid.js'
import { wireId, wireTime } from '../wire/primitives.js'
import { forgejoAccount } from './account.js'

const STATES = {
  APPROVED: 'approved',
  REQUEST_CHANGES: 'changes_requested',
  COMMENT: 'commented',
  PENDING: 'pending',
  REQUEST_REVIEW: 'requested',
} as const satisfies Record<string, ReviewFact['state']>

export const forgejoReview = z
  .object({
    id: wireId,
    // A request for a team's review has no user.
    user: forgejoAccount.nullable(),
    state: z.enum(Object.keys(STATES) as (keyof typeof STATES)[]),
    // The reviewer chooses what stands there: what is no commit binds to nothing, and is no fault of the forge.
    commit_id: z.string(),
    dismissed: z.boolean(),
    submitted_at: wireTime,
  })
  .transform(
    (wire): ReviewFact => ({
      id: wire.id,
      author: wire.user,
      state: STATES[wire.state],
      dismissed: wire.dismissed,
      commit: parseOid(wire.commit_id),
      submittedAt: wire.submitted_at,
    }),
  )
