import { closeSync, fsync, openSync } from 'node:fs'
import { promisify } from 'node:util'

const syncOpen = promisify(fsync)

/** Of a file its content, of a folder the names in it. */
export async function syncPath(path: string): Promise<void> {
  // Only the sync itself may take long; each way through the pool of threads costs more than opening does.
  const fd = openSync(path, 'r')
  try {
    await syncOpen(fd)
  } finally {
    closeSync(fd)
  }
}
