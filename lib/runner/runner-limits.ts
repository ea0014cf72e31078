import { LIMITS } from '../../vault/limits.js'

/** The limits of one runner. An argument, so that tests need not wait for the real ones. */
export interface RunnerLimits {
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs: number
  /** What `on_failure` steps have beyond the run's own limit: a run that timed out must be able to roll back. */
  readonly rollbackMs: number
  readonly outputBytes: number
  readonly logTailBytes: number
  readonly outputFileBytes: number
  readonly outputKeys: number
}

export const RUNNER_LIMITS: RunnerLimits = {
  killGraceMs: LIMITS.killGraceMs,
  // Must stay far below LIMITS.takeoverGraceMs: until then no other instance may call the run indeterminate.
  rollbackMs: 60_000,
  outputBytes: LIMITS.runOutputBytes,
  logTailBytes: LIMITS.logTailBytes,
  outputFileBytes: LIMITS.outputFileBytes,
  outputKeys: LIMITS.outputKeys,
}
