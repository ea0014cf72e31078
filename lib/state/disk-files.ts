import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { StateFiles } from './port.js'

export const diskFiles: StateFiles = {
  async read(path) {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  },

  async write(path, text) {
    await mkdir(dirname(path), { recursive: true })
    await writeFileAtomic(path, text, { mode: 0o600 })
  },

  async append(path, text) {
    await mkdir(dirname(path), { recursive: true })
    await appendFile(path, text)
  },

  remove: (path) => rm(path, { force: true }),
}
