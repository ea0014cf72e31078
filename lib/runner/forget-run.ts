/** Forgets a run. */
import { randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { errno } from './errno.js'
import { FORGOTTEN_PREFIX, type RunLayout } from './run-layout.js'

/**
 * Moves it away from its name, in one step: a crash within a removal would leave a folder without its `started`, which
 * looks like a run that may still be started. Removed it is later (`remove-remains.ts`): to remove a small folder costs as
 * much as to run a small step, and ext4 gives out inodes slowly while many were freed in the last seconds.
 */
export function forgetRun(runs: string, layout: RunLayout): void {
  try {
    renameSync(layout.folder, join(runs, `${FORGOTTEN_PREFIX}${randomUUID()}`))
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error
  }
}
