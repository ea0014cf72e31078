/** What both forges write alike. Strict: an id that is text, or a number too large to be exact, is no id. */
import { z } from 'zod'
import { type Oid, parseOid } from '../../../vault/oid.js'

export const wireId = z.int().positive()

export const wireLogin = z.string().min(1).max(255)

export const wireOid = z.string().transform((text, context): Oid => {
  const parsed = parseOid(text)
  if (parsed !== null) return parsed
  context.addIssue({ code: 'custom', message: 'no object id' })
  return z.NEVER
})

/** ISO 8601, to epoch milliseconds. */
export const wireTime = z.string().transform((text, context): number => {
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  context.addIssue({ code: 'custom', message: 'no time' })
  return z.NEVER
})

/** Names only. */
export const wireLabels = z
  .array(z.object({ name: z.string() }))
  .nullable()
  .transform((labels) => (labels ?? []).map(({ name }) => name))
