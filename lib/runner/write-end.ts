/** Writes down how a run ended. */
import { closeSync, openSync, rmSync, statfsSync, unlinkSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { LIMITS } from '../../vault/limits.js'
import { seal } from './end-seal.js'
import { errno } from './errno.js'
import { openUp } from './open-up.js'
import type { RunEnd } from './port.js'
import { removeFolder } from './remove-folder.js'
import type { RunLayout } from './run-layout.js'
import { PACE } from './runner-limits.js'

/** What may pass: a full disk, an overloaded machine. */
const PASSING = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM'])

/** Under its name at once: what is not whole has no seal, and is no end. Throws where the disk refuses; then nothing is left. */
export function writeEnd(layout: RunLayout, end: RunEnd, endKey: string): void {
  openUp(layout)
  const fd = openNew(layout.end)
  try {
    const bytes = Buffer.from(seal(JSON.stringify(end), layout.nonce, endKey))
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
  } catch (error) {
    unlinkSync(layout.end)
    throw error
  } finally {
    closeSync(fd)
  }
}

/** A run that wrote an end for itself, or put something else in its place, does not keep us from telling the truth. */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error
    rmSync(path, { recursive: true, force: true })
    return openSync(path, 'wx', 0o600)
  }
}

/**
 * What a run left is kept until its end is recorded, and recording needs room: a run that nearly filled the disk would keep
 * itself from being recorded, and so its folder from being removed.
 */
export async function makeRoom(layout: RunLayout): Promise<void> {
  const { bavail, bsize } = statfsSync(layout.folder)
  if (bavail * bsize < LIMITS.scarceBytes) await removeFolder(layout.own).catch(() => undefined)
}

/**
 * For an end that could not be written. A full disk is made free by what the run itself left; then it is tried until
 * there is room, for as long as the supervisor lives. Gives up when the folder is gone: nobody asks any more.
 */
export async function writeEndAtLast(layout: RunLayout, end: RunEnd, endKey: string): Promise<void> {
  await removeFolder(layout.own).catch(() => undefined)
  for (let pauseMs: number = PACE.writeEndMs.first; ; pauseMs = Math.min(pauseMs * 2, PACE.writeEndMs.last)) {
    try {
      return writeEnd(layout, end, endKey)
    } catch (error) {
      if (!PASSING.has(errno(error))) return
      await sleep(pauseMs)
    }
  }
}
