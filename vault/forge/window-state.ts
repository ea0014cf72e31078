/** What is kept of a review window between ticks, under the dispatcher's own signature: nobody else's word starts or ends it. */
import { z } from 'zod'
import { oidField } from '../record/field.js'

export const windowStateSchema = z
  .strictObject({
    pull: z.int().positive(),
    /** A window is of one head: another one has another window. */
    head: oidField,
    /** Epoch milliseconds at which our own comment on this head was first read back; null: people may not have seen it yet. */
    commentReadBackAt: z.number().nullable(),
    /** Time in which nobody objected and the dispatcher was there to see it. */
    aliveMs: z.number().nonnegative(),
    /** Epoch milliseconds of the last look. */
    lastSeenAt: z.number(),
    /** `updatedAt` of the pull request at the last look. */
    lastUpdatedAt: z.number(),
    /** For good. */
    vetoed: z.strictObject({ by: z.string(), how: z.string() }).readonly().nullable(),
  })
  .readonly()
export type WindowState = z.infer<typeof windowStateSchema>
