import type { z } from 'zod'
import { ForgeError } from '../port.js'
import { type AnswerHeaders, isJson } from './answer-headers.js'

/** Names where an answer is wrong, never what stood there. */
export function parseAnswer<Value>(
  schema: z.ZodType<Value>,
  data: unknown,
  headers: AnswerHeaders,
  route: string,
): Value {
  if (!isJson(headers)) throw notData(route)
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const at = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  throw malformed(route, at === '' ? 'the answer is not of the shape that is known' : `not as known: ${at}`)
}

/** Something before the forge answered: what was asked may not have reached it. */
export function notData(route: string): ForgeError {
  return new ForgeError({ reason: 'forge_unreachable', detail: `${route}: a page for people came instead of data` })
}

/** The forge contradicts itself, or says what cannot be read. What a route begins with is the same for all that a reader asks. */
export function malformed(route: string, what: string): ForgeError {
  return new ForgeError({ reason: 'forge_malformed', detail: `${route.replace('/repos/{owner}/{repo}', '')}: ${what}` })
}
