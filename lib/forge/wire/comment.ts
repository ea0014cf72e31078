import { z } from 'zod'
import type { Account, PullComment } from '../../../vault/forge/fact.js'
import { wireId, wireTime } from './primitives.js'

/** Both forges; only their accounts differ. */
export const wireComments = (account: z.ZodType<Account>) =>
  z.array(
    z
      .object({ id: wireId, user: account.nullable(), body: z.string(), created_at: wireTime, updated_at: wireTime })
      .transform(
        (wire): PullComment => ({
          id: wire.id,
          author: wire.user,
          body: wire.body,
          createdAt: wire.created_at,
          updatedAt: wire.updated_at,
        }),
      ),
  )
