/** After the last step: a run's end is its end, so what it left in the background goes too. */
import { type Ended, endProcesses } from './end-processes.js'
import { type Footprint, membersOf } from './footprint.js'
import { HAS_PROC, readProcessesSince } from './process-table.js'

/** Pids wrap around after 32,768 processes at the earliest: no machine starts as many in this time. */
const SHORT_MS = 1_000

/**
 * `ageMs`: how long ago the run's first process was started. A run that was short looks at young processes only; that
 * is what keeps the cost of 1,000 short runs near that of 1,000 bare starts.
 */
export async function sweep(run: Footprint, ageMs: number, graceMs: number): Promise<Ended> {
  const { firstPid } = run
  if (firstPid === null) return { found: 0, left: 0 }
  if (HAS_PROC && ageMs < SHORT_MS && membersOf(run, readProcessesSince(firstPid)).length === 0) {
    return { found: 0, left: 0 }
  }
  return endProcesses(run, graceMs)
}
