import type { Problem } from '../problem.js'

/** Keys and list indexes from the document's root. */
export type KeyPath = readonly (string | number)[]

export interface Position {
  readonly line: number
  readonly column: number
}

/** Where a key or list item stands; for a missing one the table that should have it, and 1:1 at the root. */
export type Locate = (path: KeyPath) => Position

export type TomlTable = Readonly<Record<string, unknown>>

export interface TomlDocument {
  /** Tables without a prototype, lists, strings, booleans, numbers (bigint beyond the safe integers), TomlDate. */
  readonly value: TomlTable
  readonly locate: Locate
  /** What another parser objects to in this text. Slow: asked only where a file is refused anyway, or looks odd. */
  readonly secondOpinion: () => Problem | null
}
