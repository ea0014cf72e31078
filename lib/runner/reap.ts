/**
 * Ends what lives on of a lost run: its supervisor was killed and its processes were not. Nobody redacts, limits or
 * records them any more, so they are killed at once, without a grace.
 */
import { endProcesses } from './end-processes.js'
import { bootId } from './process-identity.js'
import { recordedProcesses } from './process-record.js'
import type { RunLayout } from './run-layout.js'
import { readStart } from './take-run.js'

export async function reap(layout: RunLayout): Promise<void> {
  const supervisor = readStart(layout)?.supervisor
  // After a reboot its processes are gone, and their pids belong to others.
  if (supervisor === undefined || supervisor === null || supervisor.boot !== bootId()) return
  const { nonce, folder } = layout
  const leaders = new Map(recordedProcesses(layout))
  const unknown = { launcher: null, firstPid: null, seen: new Map<number, number>(), watched: false }
  await endProcesses({ nonce, folder, notBefore: supervisor.startTicks, leaders, ...unknown }, 0)
}
