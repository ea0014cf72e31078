import { appendFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pMap from 'p-map'
import { replaceFile } from '../replace-file.js'
import { syncPath } from '../sync-path.js'
import type { StateFiles } from './port.js'
import { atPath } from './state-folder-error.js'

/** Each has a file open. */
const SYNCS_AT_ONCE = 64

export const diskFiles: StateFiles = {
  read: (path) => atPath(path, 'read', () => whereThere(() => readFile(path, 'utf8'), null)),
  write: (path, text) =>
    atPath(path, 'written', async () => {
      await makeFolder(dirname(path))
      await replaceFile(path, text, { mode: 0o600, isDurable: true })
    }),
  append: (path, text) => atPath(path, 'written', () => append(path, text)),
  sync: (folder, names) =>
    atPath(folder, 'written', async () => {
      await pMap(names, (name) => syncPath(join(folder, name)), { concurrency: SYNCS_AT_ONCE })
      await syncPath(folder)
    }),
  rename: (path, to) =>
    atPath(path, 'written', async () => {
      const isRenamed = await whereThere(() => rename(path, to).then(() => true), false)
      if (isRenamed) await syncPath(dirname(to))
      return isRenamed
    }),
  list: (folder) => atPath(folder, 'read', async () => (await whereThere(() => readdir(folder), [])).sort()),
  remove: (path) => atPath(path, 'removed', () => rm(path, { force: true })),
}

/** Of what is not there: nothing. */
async function whereThere<T>(work: () => Promise<T>, nothing: T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing
    throw error
  }
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await makeFolder(dirname(path))
    await appendFile(path, text)
  }
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  if (made !== undefined) await syncPath(dirname(made))
}
