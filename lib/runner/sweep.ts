/** After the last step: a run's end is its end, so what it left in the background goes too. */
import { type Ended, endProcesses } from './end-processes.js'
import { findMembers } from './find-members.js'
import type { Footprint } from './footprint.js'
import { HAS_PROC } from './process-table.js'
import { PACE } from './runner-limits.js'

/**
 * `ageMs`: how long ago the run's first process was started. A run that was short looks at young processes only; that
 * is what keeps the cost of 1,000 short runs near that of 1,000 bare starts.
 */
export async function sweep(run: Footprint, ageMs: number, graceMs: number): Promise<Ended> {
  const { firstPid } = run
  if (firstPid === null) return { found: 0, left: 0 }
  if (HAS_PROC && ageMs < PACE.shortRunMs && findMembers(run, firstPid).length === 0) {
    return { found: 0, left: 0 }
  }
  return endProcesses(run, graceMs)
}
