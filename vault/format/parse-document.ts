import type * as z from 'zod'
import { LIMITS } from '../limits.js'
import type { Parsed } from '../problem.js'
import { parseTomlFile } from '../toml/parse.js'
import { checkDocument } from './check-document.js'

/** A TOML file of ours that its schema describes wholly, such as a configuration. */
export function parseDocument<T>(bytes: Uint8Array, schema: z.ZodType<T>): Parsed<T> {
  const document = parseTomlFile(bytes, LIMITS.trustFileBytes)
  if (!document.ok) return document
  return checkDocument(document.value, { name: 'this file', schema, refusedKeys: new Map(), checks: [] })
}
