/** Whether the daemon does its work, for who watches it from outside. */
export interface Pulse {
  /** Epoch milliseconds of the last tick that succeeded; null: none has. */
  readonly lastSuccessAt: number | null
  /** Since when a tick is under way; null: none is. */
  readonly busySince: number | null
  /** Ticks that failed since. */
  readonly failures: number
}

/** Milliseconds that one tick may take before it is not taken for work any more: git on the network has five minutes. */
const LONGEST_TICK_MS = 6 * 60_000
/** Ticks that may be late, by the schedule and a bit, before it is said. */
const LATE_TICKS = 3
const GRACE_MS = 30_000

/** @param runs when the schedule is due next, several times: the longest pause between them counts */
export function longestPauseMs(runs: readonly Date[]): number {
  return Math.max(0, ...runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? run.getTime())))
}

export function healthOf(pulse: Pulse, pauseMs: number, now: number) {
  const { lastSuccessAt, busySince, failures } = pulse
  const isLate = now - (lastSuccessAt ?? 0) > LATE_TICKS * pauseMs + GRACE_MS
  const isAtWork = failures === 0 && busySince !== null && now - busySince < LONGEST_TICK_MS
  return {
    ok: lastSuccessAt !== null && (!isLate || isAtWork),
    lastTickAgeMs: lastSuccessAt === null ? null : Math.max(0, now - lastSuccessAt),
  }
}
