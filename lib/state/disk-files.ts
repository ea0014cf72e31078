import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { StateFiles } from './port.js'
import { atPath } from './state-folder-error.js'

export const diskFiles: StateFiles = {
  read: (path) => atPath(path, 'read', () => readText(path)),
  write: (path, text) =>
    atPath(path, 'written', async () => {
      await mkdir(dirname(path), { recursive: true })
      await writeFileAtomic(path, text, { mode: 0o600 })
    }),
  append: (path, text) => atPath(path, 'written', () => append(path, text)),
  remove: (path) => atPath(path, 'removed', () => rm(path, { force: true })),
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
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
