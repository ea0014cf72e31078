/**
 * An ops repo that is a folder on this machine has no server: its `git receive-pack` is a process of ours, and if that is
 * killed while it moves main, nobody can move main any more. A lock there is what makes main a compare-and-swap, so it is
 * taken away only where no git can hold it, and by one process only.
 */
import { type BigIntStats, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { realpath, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { LIMITS } from '../../vault/limits.js'

/** @returns whether it was removed */
export async function healLocalRemote(remote: string, named: string): Promise<boolean> {
  try {
    const folder = await realpath(remote)
    const lock = join(await realpath(dirname(named)), basename(named))
    const found = await stat(lock, { bigint: true })
    if (!lock.startsWith(folder + sep) || !isOld(found) || mayBeInUse(folder)) return false
    return await removeAlone(folder, lock, found)
  } catch {
    // It is gone, or it is not ours to remove: the push that failed says what is in its way.
    return false
  }
}

function isOld({ uid, mtimeMs }: BigIntStats): boolean {
  return Number(uid) === process.getuid?.() && Date.now() - Number(mtimeMs) >= LIMITS.staleRemoteLockMs
}

/** Each git that works on a bare repository works in it. One whose folder is not to be seen might. */
function mayBeInUse(folder: string): boolean {
  if (!existsSync('/proc/self/cwd')) return true
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      const works = folderOf(pid)
      return works === 'hidden' ? isGit(pid) : `${works}${sep}`.startsWith(folder + sep)
    })
}

function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'hidden' : ''
  }
}

function isGit(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('git')
  } catch {
    return false
  }
}

/**
 * Two that found the same dead lock must not both remove what is there: the second would remove a living one. The right to
 * it is a file named after the very lock; whoever has it looks once more, because the lock may have been removed before.
 */
async function removeAlone(folder: string, lock: string, found: BigIntStats): Promise<boolean> {
  const right = join(folder, `countersign-heals-${found.ino}-${found.mtimeNs}`)
  await writeFile(right, '', { flag: 'wx' })
  try {
    const now = await stat(lock, { bigint: true })
    if (now.ino !== found.ino || now.mtimeNs !== found.mtimeNs) return false
    await rm(lock)
    return true
  } finally {
    await rm(right, { force: true })
  }
}
