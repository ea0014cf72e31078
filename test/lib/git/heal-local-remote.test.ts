/** An ops repo that is a folder on this machine: whoever is killed while they move main must not keep all others from it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { healLocalRemote } from '../../../lib/git/heal-local-remote.js'
import type { Repository } from '../../../lib/git/port.js'
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
  const somebody = spawn('sleep', ['600'], { cwd: remote.path, stdio: 'ignore' })
  onTestFinished(() => void somebody.kill('SIGKILL'))
  await once(somebody, 'spawn')
  await lockMain(OLD)
  expect(await healLocalRemote(remote.path, lock)).toBe(false)
  somebody.kill('SIGKILL')
  await once(somebody, 'exit')
  expect(await healLocalRemote(remote.path, lock)).toBe(true)
})

test('of many that find the same lock one removes it, and nobody the lock that comes after it', async () => {
  for (let round = 0; round < 20; round++) {
    await lockMain(OLD + round)
    const healed = await Promise.all(Array.from({ length: 8 }, () => healLocalRemote(remote.path, lock)))
    expect(healed.filter(Boolean)).toHaveLength(1)
    await lockMain(0)
    expect(await healLocalRemote(remote.path, lock)).toBe(false)
    expect(existsSync(lock)).toBe(true)
  }
})

test('a lock beside the repository is not touched, whatever the remote says', async () => {
  const beside = join(remote.folder, 'beside')
  await mkdir(beside)
  lock = join(beside, 'x.lock')
  await lockMain(OLD)
  expect(await healLocalRemote(remote.path, lock)).toBe(false)
  expect(await healLocalRemote(remote.path, `${remote.path}/../beside/x.lock`)).toBe(false)
  expect(existsSync(lock)).toBe(true)
})

test('a person’s git leaves locks of the ops repo to its dispatchers', async () => {
  const clone = await openFetched(remote, { asPerson: true })
  await lockMain(OLD)
  expect(await push(clone)).toBe('rejected')
  expect(existsSync(lock)).toBe(true)
})
