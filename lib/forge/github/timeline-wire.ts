import { z } from 'zod'
import { githubAccount } from './account.js'

/**
 * One event: what it is called and who did it. A timeline holds many kinds, some without an actor (`committed`) or with
 * another shape of one; only those that are read must have a known one.
 */
export const githubTimeline = z.array(z.looseObject({ event: z.string() }))

export type TimelineEvent = z.output<typeof githubTimeline>[number]

export const githubActor = z.object({ actor: githubAccount.nullable() })
