/**
 * A git that was killed leaves its lock, and each command that wants it fails from then on. What a dispatcher finds in its
 * clone at the start goes at once (`stale-locks.ts`); this is for a git that is killed while the dispatcher lives.
 */
import { rm, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { LIMITS } from '../../vault/limits.js'
import type { GitContext } from './context.js'

const IN_THE_WAY = /Unable to create '([^'\n]+\.lock)': File exists/g

/** Removes the locks that a failed command names, where they are a dead git's. */
export async function healLocks(context: GitContext, stderr: string): Promise<void> {
  const { folder, environment, localRemote, log } = context
  const named = [...new Set([...stderr.matchAll(IN_THE_WAY)].map(([, path = '']) => resolve(folder, path)))]
  for (const [index, lock] of named.entries()) {
    // Once a command: who is gone then is gone for all of them.
    const patienceMs = index === 0 ? LIMITS.lockHoldersMs : 0
    const isHealed =
      environment['GIT_DIR'] === folder && lock.startsWith(folder + sep)
        ? await healOwn(lock)
        : localRemote !== undefined && (await localRemote.heal(lock, patienceMs))
    if (isHealed) log?.debug({ lock }, 'a lock that a dead git left was removed')
  }
}

/** Our clone's refs are copies: were the holder alive after all, the next fetch would put right what it did. */
async function healOwn(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => null)
  if (found === null || Date.now() - found.mtimeMs < LIMITS.staleLockMs) return false
  await rm(lock, { force: true })
  return true
}
