import { LIMITS } from '../../vault/limits.js'

/** The limits of one runner. An argument, so that tests need not wait for the real ones. */
export interface RunnerLimits {
  readonly killGraceMs: number
  readonly rollbackMs: number
  readonly outputBytes: number
  readonly logTailBytes: number
  readonly outputFileBytes: number
  readonly outputKeys: number
}

export const RUNNER_LIMITS: RunnerLimits = {
  killGraceMs: LIMITS.killGraceMs,
  rollbackMs: LIMITS.rollbackMs,
  outputBytes: LIMITS.runOutputBytes,
  logTailBytes: LIMITS.logTailBytes,
  outputFileBytes: LIMITS.outputFileBytes,
  outputKeys: LIMITS.outputKeys,
}

/** How often the runner looks at what tells nobody when it changes. No limit of anything: only speed hangs on it. */
export const PACE = {
  /** Between two looks at a run that another supervisor watches. */
  attachMs: 200,
  /** Between two looks at running work: a process that leaves its parents later is known by then. */
  lookMs: 1_000,
  /** Between two looks at processes that were asked to end, or killed: soon at first, most end at once. */
  askMs: { first: 5, last: 100 },
  killMs: { first: 2, last: 50 },
  /** The same without /proc. */
  groupMs: 20,
  /** Between two attempts to write an end on a full disk. */
  writeEndMs: { first: 100, last: 5_000 },
  /** Named pipes that are made by one process. */
  pipesAtOnce: 32,
  /** How often what was born during a look is looked at: on a machine where somebody always forks it would never end. */
  chases: 50,
  /** Pids that are asked for one by one rather than by listing all. */
  fewPids: 32,
  /** A run so short may be swept by the pids given out since. They wrap around after 32,768 processes at the earliest. */
  shortRunMs: 1_000,
} as const
