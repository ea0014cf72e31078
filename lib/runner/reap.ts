/**
 * Ends what lives on of a lost run: its supervisor was killed and its processes were not. Nobody redacts, limits or
 * records them any more, so they are killed at once, without a grace.
 */
import { type Ended, endProcesses } from './end-processes.js'
import { bootId } from './process-identity.js'
import { recordedProcesses } from './process-record.js'
import type { RunLayout } from './run-layout.js'
import { readStart } from './take-run.js'

export async function reap(layout: RunLayout): Promise<Ended> {
  const supervisor = readStart(layout)?.supervisor ?? null
  // After a reboot its processes are gone, and their pids belong to others.
  if (supervisor !== null && supervisor.boot !== bootId()) return { found: 0, left: 0 }
  const { nonce, own } = layout
  // Where the run removed who watches it, what it wrote about its processes may be its doing too.
  const leaders = new Map(supervisor === null ? [] : recordedProcesses(layout))
  const unknown = { launcher: null, firstPid: null, seen: new Map<number, number>(), watched: false }
  return endProcesses({ nonce, folder: own, notBefore: supervisor?.startTicks ?? 0, leaders, ...unknown }, 0)
}
