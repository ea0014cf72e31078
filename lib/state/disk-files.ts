import { randomInt } from 'node:crypto'
import { appendFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pMap from 'p-map'
import type { StateFiles } from './port.js'
import { atPath } from './state-folder-error.js'

/** Each has a file open. */
const SYNCS_AT_ONCE = 64

export const diskFiles: StateFiles = {
  read: (path) => atPath(path, 'read', () => whereThere(() => readFile(path, 'utf8'), null)),
  write: (path, text) => atPath(path, 'written', () => inTurn(path, () => replace(path, text))),
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

/** By path. */
const turns = new Map<string, Promise<void>>()

/** Of two that write one file at the same time, the text of the later one stays. */
function inTurn(path: string, work: () => Promise<void>): Promise<void> {
  const turn = (turns.get(path) ?? Promise.resolve()).catch(() => undefined).then(work)
  turns.set(path, turn)
  const forget = () => {
    if (turns.get(path) === turn) turns.delete(path)
  }
  turn.then(forget, forget)
  return turn
}

/**
 * Written until all of it is there, before it gets its name: a disk that is nearly full takes a part of a write and says
 * no word, and `write-file-atomic` puts that in the place of what was whole. Its name is durable with its folder only.
 */
async function replace(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path))
  const unfinished = `${path}.${randomInt(2 ** 32)}`
  try {
    await writeFile(unfinished, text, { mode: 0o600, flag: 'wx', flush: true })
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw error
  }
  await syncPath(dirname(path))
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

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
