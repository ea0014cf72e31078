/** What is wrong with a file, where, and what to do. Lines and columns count from 1. */
import type { ProblemCode } from './reasons.js'

export interface Problem {
  readonly line: number
  readonly column: number
  readonly code: ProblemCode
  /** What is wrong and the remedy, in one sentence for people. */
  readonly message: string
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }
