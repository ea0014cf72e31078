import type * as z from 'zod'
import type { ProblemCode } from '../reasons.js'
import type { TomlTable } from '../toml/document.js'
import type { Finding } from './finding.js'

/** A key that is refused with words of its own, rather than as merely unknown. */
export interface RefusedKey {
  readonly code: ProblemCode
  /** Completes "`key` …", remedy included. */
  readonly words: string
}

/**
 * A rule that the schema cannot say, such as one about two keys. It reads the values as they were written, whatever
 * else is wrong with them, so that a file's problems are all told at once.
 */
export type Check = (value: TomlTable) => readonly Finding[]

/** What a kind of file must look like. */
export interface Format<T> {
  /** As in "is not a key of …". */
  readonly name: string
  readonly schema: z.ZodType<T>
  /** By dotted path. */
  readonly refusedKeys: ReadonlyMap<string, RefusedKey>
  readonly checks: readonly Check[]
}
