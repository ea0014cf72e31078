import { randomInt } from 'node:crypto'
import { chmod, chown, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncPath } from './sync-path.js'

export interface Nature {
  readonly mode: number
  /** Absent: whoever we are. */
  readonly owner?: { readonly uid: number; readonly gid: number }
  /** False: a power failure may take it back, or leave it empty. */
  readonly isDurable: boolean
}

/** By path. */
const turns = new Map<string, Promise<void>>()

/**
 * The file is there whole, as it was or as it becomes; of two that replace it at the same time, the text of the later one
 * stays. Its folder has to be there. Rejects with the error of the file system.
 */
export function replaceFile(path: string, text: string, nature: Nature): Promise<void> {
  const turn = (turns.get(path) ?? Promise.resolve()).catch(() => undefined).then(() => replace(path, text, nature))
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
async function replace(path: string, text: string, { mode, owner, isDurable }: Nature): Promise<void> {
  const unfinished = `${path}.${randomInt(2 ** 32)}`
  try {
    await writeFile(unfinished, text, { mode, flag: 'wx' })
    if (owner !== undefined) {
      await chown(unfinished, owner.uid, owner.gid)
      // Giving it away may take its mode, and so did our umask.
      await chmod(unfinished, mode)
    }
    if (isDurable) await syncPath(unfinished)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw error
  }
  if (isDurable) await syncPath(dirname(path))
}
