/**
 * What the dispatcher and its supervisor say to each other, over the channel that the one inherits from the other. An
 * order carries secrets, so it never is a file or an argument (law 10).
 */
import type { RunEnd, RunSpec } from './port.js'
import type { RunnerErrorCode } from './runner-error.js'
import type { RunnerLimits } from './runner-limits.js'

export interface Settings {
  /** Real path of the folder that holds the runs. */
  readonly runs: string
  /** PATH and LANG of runs. */
  readonly path: string
  readonly lang: string
  /** `end-seal.ts` */
  readonly endKey: string
  readonly limits: RunnerLimits
}

export type Order =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'run'; readonly spec: RunSpec }
  | { readonly kind: 'stop' }

export interface Refused {
  readonly kind: 'refused'
  readonly nonce: string
  readonly code: RunnerErrorCode
  readonly words: string
  /** What the system refused (`ENOSPC`); '' for anything else. */
  readonly fault: string
}

export type Report = { readonly kind: 'ended'; readonly nonce: string; readonly end: RunEnd } | Refused
