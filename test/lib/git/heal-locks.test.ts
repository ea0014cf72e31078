/** A git that is killed while the dispatcher lives leaves its lock. */
import { existsSync } from 'node:fs'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { LIMITS } from '../../../vault/limits.js'
import { openFetched, testRemote } from './open-test-repository.js'

async function locked(lock: string, ageMs: number) {
  const remote = await testRemote()
  await remote.commit({ files: { a: 'a' } })
  const clone = await openFetched(remote)
  const main = await remote.commit({ files: { b: 'b' } })
  const path = join(clone.path, lock)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, '')
  const at = new Date(Date.now() - ageMs)
  await utimes(path, at, at)
  return { clone, main, path }
}

test('an old lock of the ref that keeps main here fails one fetch, and is gone for the next', async () => {
  const { clone, main, path } = await locked('refs/countersign/main.lock', 2 * LIMITS.staleLockMs)
  expect((await clone.remote.fetch(['refs/heads/main'])).size).toBe(1)
  expect(existsSync(path)).toBe(false)
  expect(await clone.remote.fetch(['refs/heads/main'])).toEqual(new Map())
  expect(await clone.objects.commit(main)).not.toBeNull()
})

test('a young lock is somebody’s who lives', async () => {
  const { clone, path } = await locked('refs/countersign/main.lock', 0)
  expect((await clone.remote.fetch(['refs/heads/main'])).size).toBe(1)
  expect(existsSync(path)).toBe(true)
})

test('a lock that nobody stumbles over stays until the next start', async () => {
  const { clone, path } = await locked('refs/countersign/other.lock', 2 * LIMITS.staleLockMs)
  expect(await clone.remote.fetch(['refs/heads/main'])).toEqual(new Map())
  expect(existsSync(path)).toBe(true)
})
