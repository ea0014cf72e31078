/** What lies beside the runs and is of no use: forgotten runs, their leases, and pipes of supervisors that were killed. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, parseIdentity } from './process-identity.js'
import { removeFolder } from './remove-folder.js'
import { FORGOTTEN_PREFIX, PIPES_PREFIX } from './run-layout.js'
import { removeOldLeases } from './start-lease.js'

/** One after the other: nobody waits for it. What cannot be removed stays for the next time. */
export async function removeRemains(runs: string): Promise<void> {
  for (const name of await readdir(runs)) {
    if (isRemains(name)) await removeFolder(join(runs, name)).catch(() => undefined)
  }
  removeOldLeases(runs)
}

function isRemains(name: string): boolean {
  if (name.startsWith(FORGOTTEN_PREFIX)) return true
  if (!name.startsWith(PIPES_PREFIX)) return false
  const owner = parseIdentity(name.slice(PIPES_PREFIX.length))
  return owner === null || !isAlive(owner)
}
