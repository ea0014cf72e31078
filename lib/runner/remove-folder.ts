/** Removes what a run left, whatever it left. */
import { chmod, lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errno } from './errno.js'

/**
 * Links are removed, never followed. A folder that its owner may not write keeps its content from being removed: it is
 * opened up, and removed then. Rejects when something stays.
 */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(errno(error))) throw error
    await openUp(path)
    await rm(path, { recursive: true, force: true })
  }
}

/** The run's processes are gone: nothing swaps a folder for a link between the look and the change. */
async function openUp(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return
  await chmod(path, 0o700)
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(join(path, entry.name))
  }
}
