/**
 * Starts formulas and knows what became of them. Two sides: `RunReader` only looks (a dry run needs no more), `RunWriter` acts.
 * A run is named by its claim's nonce. All of it is on disk, so that it can be asked after a crash (DESIGN section 7).
 * Adapters: `open-runner.ts` (real processes), `read-only-runner.ts`. Every method rejects with `RunnerError`, for what the
 * system refuses with code `system_failed`: then ask again; a run is never called lost because a question failed.
 */
import type { Step } from '../../vault/formula/formula.js'
import type { OutcomeReason } from '../../vault/reasons.js'
import type { OutcomeStatus } from '../../vault/record/statement.js'

export interface RunSpec {
  readonly nonce: string
  /** Steps in order; already filtered for a dry run. */
  readonly steps: readonly Step[]
  readonly onFailure: readonly Step[]
  /**
   * Exactly what steps see besides PATH, HOME, TMPDIR, LANG, COUNTERSIGN_OUTPUT and COUNTERSIGN_RUN (the nonce, by which
   * processes of a run are found when it must end): VAR_*, SECRET_*, COUNTERSIGN_*. It cannot replace one of those.
   */
  readonly environment: Readonly<Record<string, string>>
  /** Values to redact from everything that is stored (law 10). */
  readonly secretValues: readonly string[]
  readonly timeoutMs: number
  /** For prompt steps: the operator's command with its arguments; null when there are none. */
  readonly agent: readonly string[] | null
}

/** How a run ended. Epoch milliseconds. */
export interface RunEnd {
  readonly status: OutcomeStatus
  readonly reason: OutcomeReason
  /** Of the step that failed, or 0; 128 + n where a signal n ended it, as shells say it; null where the runner ended it. */
  readonly exitCode: number | null
  /** A step's id; of prompt steps that went as one prompt, their ids joined by `+`. */
  readonly failedStep: string | null
  readonly startedAt: number | null
  readonly endedAt: number
  readonly outputs: Readonly<Record<string, string>>
  readonly logSha256: string | null
  readonly logTail: string
  readonly externalId: string | null
}

/**
 * unknown: this runner never heard of it, or forgot it. noted: before its start. running: started, not ended.
 * lost: started, and its end cannot be known; `end` says so as `indeterminate`, with what is left of its log.
 */
export type RunState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'noted' }
  | { readonly kind: 'running' }
  | { readonly kind: 'finished'; readonly end: RunEnd }
  | { readonly kind: 'lost'; readonly end: RunEnd }

export interface RunReader {
  state(nonce: string): Promise<RunState>
}

export interface RunWriter extends RunReader {
  /** Nonces of what lay here when it was opened: a process that was killed may not have come to forget it. */
  readonly left: readonly string[]
  /** Of a lost run, processes that live on are killed before this answers. */
  state(nonce: string): Promise<RunState>
  /** Durable before the claim is pushed: a noted run may be started later, an unknown one never. */
  note(nonce: string): Promise<void>
  /**
   * Starts a noted run, once: durable before the first process exists. Resolves when it has ended; one that was lost
   * on the way ends as `indeterminate`. Rejects with `already_started` or `not_noted` for one that is not `noted`, and
   * with `start_failed` or `supervisor_failed` where nothing was started and it still is `noted`.
   */
  run(spec: RunSpec): Promise<RunEnd>
  /**
   * Ends a noted run of which nothing was started: durable, and from now on it is `finished`, and never starts. Rejects with
   * `already_started` or `not_noted` for one that is not `noted`.
   */
  close(nonce: string, end: RunEnd): Promise<void>
  /** Waits for the end of a run that somebody else started: this dispatcher before its crash. Rejects with `not_started`. */
  attach(nonce: string): Promise<RunEnd>
  /** After its outcome is on main, or when its claim was given up: forgets the run's folder. Rejects with `still_running`. */
  forget(nonce: string): Promise<void>
  /** Kills what still runs (SIGTERM, then SIGKILL), lets it roll back (`on_failure`, bounded), and waits for it. */
  stopAll(): Promise<void>
  /** Leaves running work to its supervisor: each pending `run` rejects with `detached` and goes on without us. */
  detach(): void
}
