import { z } from 'zod'
import { wireId } from './primitives.js'

/** The id of what was made; both forges. */
export const wireWritten = z.object({ id: wireId })

/** Forgejo's ids of labels are what it deletes by. */
export const wireLabel = z.object({ id: wireId, name: z.string() })
