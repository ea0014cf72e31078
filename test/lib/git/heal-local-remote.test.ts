/** An ops repo that is a folder on this machine: whoever is killed while they move main must not keep all others from it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { LocalRemoteLocks } from '../../../lib/git/heal-local-remote.js'
import { isStillThere, lockSuspects } from '../../../lib/git/lock-suspects.js'
import type { Repository } from '../../../lib/git/port.js'
import { ownIdentity, renderIdentity } from '../../../lib/runner/process-identity.js'
import { LIMITS } from '../../../vault/limits.js'
import type { Oid } from '../../../vault/oid.js'
import type { TestRemote } from '../../support/git-repo.js'
import { openFetched, testRemote } from './open-test-repository.js'

const author = { name: 'dispatcher', email: 'dispatcher@example.org' }
const OLD = 2 * LIMITS.staleRemoteLockMs

let remote: TestRemote
let main: Oid
let lock: string
beforeEach(async () => {
  remote = await testRemote()
  main = await remote.commit({ files: { a: 'a' } })
  lock = join(remote.path, 'refs/heads/main.lock')
})

async function lockMain(ageMs: number): Promise<void> {
  await writeFile(lock, '')
  const at = new Date(Date.now() - ageMs)
  await utimes(lock, at, at)
}

/** One dispatcher that comes upon the lock. */
const heal = (path = lock) => new LocalRemoteLocks(remote.path).heal(path, 0)

/** Works in the repository until it is ended. */
async function worker(
  program = 'sleep',
  args: readonly string[] = ['600'],
  cwd = remote.path,
): Promise<() => Promise<void>> {
  const child = spawn(program, [...args], { cwd, stdio: ['pipe', 'ignore', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

async function push(clone: Repository): Promise<string | undefined> {
  const next = await clone.writer.commit({ message: 'x\n', author, at: 1_000_000, parents: [main], edits: [] })
  const [result] = await clone.remote.push([{ ref: 'refs/heads/main', expected: main, to: next }])
  return result?.kind
}

test('a dead git’s lock of main fails one push, and the next one goes through', async () => {
  const clone = await openFetched(remote)
  await lockMain(OLD)
  expect(await push(clone)).toBe('rejected')
  expect(existsSync(lock)).toBe(false)
  expect(await push(clone)).toBe('done')
  expect((await readdir(remote.path)).filter((name) => name.startsWith('countersign'))).toEqual([])
})

test('a young lock stays', async () => {
  const clone = await openFetched(remote)
  await lockMain(0)
  expect(await push(clone)).toBe('rejected')
  expect(existsSync(lock)).toBe(true)
})

test('a lock stays while anybody works in the repository, however old it is', async () => {
  const end = await worker()
  await lockMain(OLD)
  expect(await heal()).toBe(false)
  await end()
  expect(await heal()).toBe(true)
})

test('who came after it does not hold it: under steady load it goes when all who were there are gone', async () => {
  const locks = new LocalRemoteLocks(remote.path)
  const [endFirst, endSecond] = [await worker(), await worker()]
  await lockMain(OLD)
  expect(await locks.heal(lock, 0)).toBe(false)
  await worker()
  await endFirst()
  expect(await locks.heal(lock, 0)).toBe(false)
  await endSecond()
  expect(await locks.heal(lock, 0)).toBe(true)
})

test('whoever may hold it is waited for a moment, while others come', async () => {
  const locks = new LocalRemoteLocks(remote.path)
  const end = await worker()
  await lockMain(OLD)
  expect(await locks.heal(lock, 0)).toBe(false)
  const healed = locks.heal(lock, 60_000)
  await worker()
  await end()
  expect(await healed).toBe(true)
})

test('a lock that was made anew may be of anybody who works there now', async () => {
  const locks = new LocalRemoteLocks(remote.path)
  const end = await worker()
  await lockMain(OLD)
  expect(await locks.heal(lock, 0)).toBe(false)
  await worker()
  await end()
  await rm(lock)
  await lockMain(OLD)
  expect(await locks.heal(lock, 0)).toBe(false)
  expect(existsSync(lock)).toBe(true)
})

test('a clock that jumps ahead makes no lock of the living a dead one’s', async () => {
  const locks = new LocalRemoteLocks(remote.path)
  const end = await worker()
  await lockMain(0)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 })
  onTestFinished(() => void vi.useRealTimers())
  expect(await locks.heal(lock, 0)).toBe(false)
  await worker()
  expect(await locks.heal(lock, 0)).toBe(false)
  await end()
  expect(await locks.heal(lock, 0)).toBe(true)
})

test('a git that works on it from elsewhere is seen', async () => {
  const end = await worker('git', [`--git-dir=${remote.path}`, 'cat-file', '--batch'], remote.folder)
  await lockMain(OLD)
  expect(await heal()).toBe(false)
  await end()
  expect(await heal()).toBe(true)
})

test('a number that is another process’s by now is not who was there', async () => {
  await worker()
  const [row] = lockSuspects(remote.path) ?? []
  expect(row && isStillThere(row)).toBe(true)
  expect(row && isStillThere({ ...row, startTicks: row.startTicks - 1 })).toBe(false)
})

test('of many that find the same lock one removes it, and nobody the lock that comes after it', async () => {
  for (let round = 0; round < 20; round++) {
    await lockMain(OLD + round)
    const healed = await Promise.all(Array.from({ length: 8 }, () => heal()))
    expect(healed.filter(Boolean)).toHaveLength(1)
    await lockMain(0)
    expect(await heal()).toBe(false)
    expect(existsSync(lock)).toBe(true)
  }
})

test('a dispatcher that dies while it removes a lock does not keep the others from it', async () => {
  await lockMain(OLD)
  const { ino, mtimeNs } = await lstat(lock, { bigint: true })
  const right = join(remote.path, `countersign-heals-${ino}-${mtimeNs}`)
  const me = ownIdentity()
  await symlink(renderIdentity(me), right)
  expect(await heal()).toBe(false)
  await rm(right)
  // Two that died, one after the other.
  await symlink(renderIdentity({ ...me, startTicks: 1 }), right)
  await symlink(renderIdentity({ ...me, startTicks: 2 }), `${right}-${me.pid}-1`)
  expect(await heal()).toBe(true)
  expect((await readdir(remote.path)).filter((name) => name.startsWith('countersign'))).toEqual([])
})

test('a lock beside the repository is not touched, whatever the remote says', async () => {
  const beside = join(remote.folder, 'beside')
  await mkdir(beside)
  lock = join(beside, 'x.lock')
  await lockMain(OLD)
  expect(await heal()).toBe(false)
  expect(await heal(`${remote.path}/../beside/x.lock`)).toBe(false)
  expect(existsSync(lock)).toBe(true)
})

test('a person’s git leaves locks of the ops repo to its dispatchers', async () => {
  const clone = await openFetched(remote, { asPerson: true })
  await lockMain(OLD)
  expect(await push(clone)).toBe('rejected')
  expect(existsSync(lock)).toBe(true)
})
