import fs from 'node:fs'
import { promisify } from 'node:util'

/** Of a file its content, of a folder the names in it. */
export async function syncPath(path: string): Promise<void> {
  // Only the sync itself may take long; each way through the pool of threads costs more than opening does.
  const fd = fs.openSync(path, 'r')
  try {
    await promisify(fs.fsync)(fd)
  } finally {
    fs.closeSync(fd)
  }
}
