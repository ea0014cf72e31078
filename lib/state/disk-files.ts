import { appendFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { StateFiles } from './port.js'
import { atPath } from './state-folder-error.js'

export const diskFiles: StateFiles = {
  read: (path) => atPath(path, 'read', () => whereThere(() => readFile(path, 'utf8'), null)),
  write: (path, text) =>
    atPath(path, 'written', async () => {
      await mkdir(dirname(path), { recursive: true })
      await writeFileAtomic(path, text, { mode: 0o600 })
    }),
  append: (path, text) => atPath(path, 'written', () => append(path, text)),
  rename: (path, to) => atPath(path, 'written', () => whereThere(() => rename(path, to).then(() => true), false)),
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
    await mkdir(dirname(path), { recursive: true })
    await appendFile(path, text)
  }
}
