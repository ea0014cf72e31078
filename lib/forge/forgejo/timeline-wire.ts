import { z } from 'zod'
import { wireId } from '../wire/primitives.js'
import { forgejoAccount } from './account.js'

/** Types are those of models/issues/comment.go; most are of no interest here. */
const WIRE_EVENT = z.object({
  id: wireId,
  type: z.string(),
  user: forgejoAccount.nullable(),
  body: z.string(),
  /** With the server's own offset: its first ten characters are the day as the server counts it. */
  created_at: z.iso.datetime({ offset: true }),
})

export type TimelineEvent = z.output<typeof WIRE_EVENT>

/** An event that Forgejo failed to write out is null in its list: what it was nobody knows, so the list is not whole. */
export const forgejoTimeline = z
  .array(WIRE_EVENT)
  .nullable()
  .transform((events) => events ?? [])

/** The body of a `pull_push`: forced, it holds the tip before and after; else the commits, oldest first. */
export const forgejoPushBody = z.object({
  is_force_push: z.boolean(),
  commit_ids: z
    .array(z.string())
    .nullable()
    .transform((ids) => ids ?? []),
})
