/**
 * An ops repo that is a folder on this machine has no server: its `git receive-pack` is a process of ours, and if that is
 * killed while it moves main, nobody can move main any more. A lock there is what makes main a compare-and-swap, so it is
 * taken away only where no git can hold it, and by one process only.
 */
import type { BigIntStats } from 'node:fs'
import { lstat, readlink, realpath, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LIMITS } from '../../vault/limits.js'
import { isAlive, ownIdentity, parseIdentity, renderIdentity } from '../runner/process-identity.js'
import type { ProcessRow } from '../runner/process-table.js'
import { isStillThere, lockSuspects } from './lock-suspects.js'

const LOOK_MS = 20

interface Found {
  readonly file: BigIntStats
  /** Of those who may hold it, who still lives. Null: nobody can say. */
  readonly suspects: readonly ProcessRow[] | null
}

export class LocalRemoteLocks {
  /** Locks that are in the way, as they were found first. */
  readonly #found = new Map<string, Found>()

  /** @param remote the folder of the ops repo */
  constructor(private readonly remote: string) {}

  /**
   * Looks at a lock that was in the way of a command.
   * @param patienceMs how long to wait until those who may hold it are gone; the next look knows them still
   * @returns whether it was removed
   */
  async heal(named: string, patienceMs: number): Promise<boolean> {
    try {
      const folder = await realpath(this.remote)
      const lock = join(await realpath(dirname(named)), basename(named))
      if (!lock.startsWith(folder + sep)) return false
      const { file, suspects } = this.#look(folder, lock, await lstat(lock, { bigint: true }))
      if (!isOld(file) || suspects === null || !(await areGone(suspects, patienceMs))) return false
      return await removeAlone(folder, lock, file)
    } catch {
      // It is gone, or it is not ours to remove: the push that failed says what is in its way.
      return false
    }
  }

  #look(folder: string, lock: string, file: BigIntStats): Found {
    const before = this.#found.get(lock)
    const isKnown = before !== undefined && isSame(before.file, file)
    const suspects = isKnown ? (before.suspects?.filter(isStillThere) ?? null) : lockSuspects(folder)
    if (this.#found.size >= LIMITS.rememberedLocks) this.#found.clear()
    const found = { file, suspects }
    this.#found.set(lock, found)
    return found
  }
}

async function areGone(suspects: readonly ProcessRow[], patienceMs: number): Promise<boolean> {
  for (const until = performance.now() + patienceMs; suspects.some(isStillThere); await sleep(LOOK_MS))
    if (performance.now() >= until) return false
  return true
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino && one.mtimeNs === other.mtimeNs
}

/** Whom nobody here can see (another machine, a container above this one) is left some time. */
function isOld({ uid, mtimeMs }: BigIntStats): boolean {
  return Number(uid) === process.getuid?.() && Date.now() - Number(mtimeMs) >= LIMITS.staleRemoteLockMs
}

/**
 * Two that found the same dead lock must not both remove what is there: the second would remove a living one. Whoever has
 * the right to it looks once more, because the lock may have been removed before.
 */
async function removeAlone(folder: string, lock: string, found: BigIntStats): Promise<boolean> {
  const rights = await takeRight(join(folder, `countersign-heals-${found.ino}-${found.mtimeNs}`))
  try {
    if (!isSame(found, await lstat(lock, { bigint: true }))) return false
    await rm(lock)
    return true
  } finally {
    for (const right of rights) await rm(right, { force: true })
  }
}

/**
 * The right is a link named after the very lock, to nowhere but its holder: made in one step, by one process. Of a holder
 * that died with it the next right is named after that holder.
 * @returns ours, and before it those of the dead; rejects where somebody alive has it
 */
async function takeRight(first: string): Promise<readonly string[]> {
  const dead: string[] = []
  for (let right = first; ; ) {
    if (await isMade(right)) return [...dead, right]
    const holder = parseIdentity(await readlink(right))
    if (holder === null || isAlive(holder)) throw new Error('another dispatcher removes it')
    dead.push(right)
    right = `${first}-${holder.pid}-${holder.startTicks}`
  }
}

async function isMade(right: string): Promise<boolean> {
  try {
    await symlink(renderIdentity(ownIdentity()), right)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}
