/** What lies beside the runs and is of no use: forgotten runs, their leases, and pipes of supervisors that were killed. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LIMITS } from '../../vault/limits.js'
import { isAlive, parseIdentity } from './process-identity.js'
import { removeFolder } from './remove-folder.js'
import { FORGOTTEN_PREFIX, PIPES_PREFIX } from './run-layout.js'
import { isSpare, keepAsSpare } from './spare-folders.js'
import { removeOldLeases } from './start-lease.js'

/** One after the other: nobody waits for it. What cannot be removed stays for the next time. */
export async function removeRemains(runs: string): Promise<void> {
  const names = await readdir(runs)
  let spares = names.filter(isSpare).length
  for (const name of names.filter(isRemains)) {
    // A thousand of them are no reason to keep a run waiting.
    await nextTurn()
    if (spares < LIMITS.spareRuns && isKept(runs, name)) spares++
    else await removeFolder(join(runs, name)).catch(() => undefined)
  }
  removeOldLeases(runs)
}

function isKept(runs: string, name: string): boolean {
  try {
    return name.startsWith(FORGOTTEN_PREFIX) && keepAsSpare(runs, name)
  } catch {
    return false
  }
}

function isRemains(name: string): boolean {
  if (name.startsWith(FORGOTTEN_PREFIX)) return true
  if (!name.startsWith(PIPES_PREFIX)) return false
  const owner = parseIdentity(name.slice(PIPES_PREFIX.length))
  return owner === null || !isAlive(owner)
}
