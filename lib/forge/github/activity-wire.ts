import { z } from 'zod'
import { wireOid, wireTime } from '../wire/primitives.js'
import { githubAccount } from './account.js'

/** Someone moved a branch (REST, "list repository activities"), newest first. A tip of zeros: there was, or is, none. */
export const githubActivity = z.array(
  z.object({
    before: wireOid,
    after: wireOid,
    ref: z.string(),
    timestamp: wireTime,
    activity_type: z.string(),
    actor: githubAccount.nullable(),
  }),
)

export type Activity = z.output<typeof githubActivity>[number]
