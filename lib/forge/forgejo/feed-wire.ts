import { z } from 'zod'
import { wireId, wireTime } from '../wire/primitives.js'
import { forgejoAccount } from './account.js'

/** One line of a repository's activity; `ref_name` and `content` mean something only for a push. */
export const forgejoFeed = z
  .array(
    z.object({
      id: wireId,
      op_type: z.string(),
      act_user: forgejoAccount.nullable(),
      ref_name: z.string(),
      content: z.string(),
      created: wireTime,
    }),
  )
  .nullable()
  .transform((lines) => lines ?? [])

export type FeedLine = z.output<typeof forgejoFeed>[number]

/** The content of a push, as JSON in text; empty where a branch was made (services/feed/action.go, CreateRef). */
export const forgejoPushContent = z.object({ HeadCommit: z.object({ Sha1: z.string() }).nullable() })
