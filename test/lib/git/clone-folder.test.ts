import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkGitVersion } from '../../../lib/git/git-version.js'
import { removeStaleLocks } from '../../../lib/git/stale-locks.js'
import { GitHttpServer } from '../../support/git-http-server.js'
import { runGit } from '../../support/run-git.js'
import { environment, openClone, openFetched, testRemote } from './open-test-repository.js'

test('a clone is made once, and opened again', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const first = await openFetched(remote)
  await first.close()
  const again = await openClone(remote)
  expect(await again.objects.commit(main)).not.toBeNull()
  expect(await runGit(again.path, ['rev-parse', '--is-bare-repository'])).toBe('true')
  expect(existsSync(join(again.path, 'hooks'))).toBe(false)
})

test('a folder of another remote, another branch, or of something else is refused and left alone', async () => {
  const remote = await testRemote()
  await openClone(remote)
  const other = await testRemote()
  const path = join(remote.folder, 'clone.git')
  const wrong = { name: 'GitError', code: 'wrong_clone' }
  await expect(openClone(other, { path })).rejects.toMatchObject(wrong)
  const mayGo = expect.stringContaining('remove it to have it made anew')
  await expect(openClone(remote, { branch: 'trunk' })).rejects.toMatchObject({ ...wrong, message: mayGo })
  await expect(openClone(remote, { path: remote.path })).rejects.toMatchObject({
    ...wrong,
    message: expect.not.stringContaining('remove'),
  })
  const folder = join(remote.folder, 'papers')
  await mkdir(folder)
  await writeFile(join(folder, 'letter'), 'dear')
  await expect(openClone(remote, { path: folder })).rejects.toMatchObject(wrong)
  await expect(openClone(remote, { path: join(folder, 'letter') })).rejects.toMatchObject(wrong)
  expect(await readdir(folder)).toEqual(['letter'])
})

test('a clone that was removed while it is used is said to be gone, and is made anew when it is opened again', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const clone = await openFetched(remote)
  await rm(clone.path, { recursive: true })
  const gone = {
    code: 'clone_gone',
    message: expect.stringContaining(`the clone ${clone.path} is gone; start this again`),
  }
  await expect(clone.remote.list()).rejects.toMatchObject(gone)
  await expect(clone.remote.fetch(['refs/heads/main'])).rejects.toMatchObject(gone)
  expect(await (await openFetched(remote)).objects.commit(main)).not.toBeNull()
})

test('a clone whose HEAD a crash left empty is said to be damaged, with the remedy', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const clone = await openFetched(remote)
  await clone.close()
  await writeFile(join(clone.path, 'HEAD'), '')
  const damaged = {
    code: 'wrong_clone',
    message: expect.stringMatching(/not a git repository: '.*clone\.git'\); it is damaged: remove it/),
  }
  const again = await openClone(remote)
  await expect(again.remote.fetch(['refs/heads/main'])).rejects.toMatchObject(damaged)
  await expect(again.objects.commit(main)).rejects.toMatchObject(damaged)
})

test.each(['', 'a b', 'vault/x', 'a..b', 'x.lock', 'a:b'])('%j is no main branch', async (branch) => {
  await expect(openClone(await testRemote(), { branch })).rejects.toMatchObject({ name: 'GitError' })
})

test('a crash leaves locks and torn files; they go, and all else stays', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const clone = await openFetched(remote)
  await clone.close()
  await remote.commit({ files: { b: 'b' } })
  const stale = [
    'refs/countersign/main.lock',
    'packed-refs.lock',
    'config.lock',
    'HEAD.lock',
    'objects/pack/tmp_pack_abc',
    'objects/pack/tmp_idx_abc',
    'objects/pack/pack-1234.keep',
    'objects/pack/.tmp-77-pack-1234.pack',
    'objects/12/tmp_obj_xyz',
    'fast_import_crash_123',
  ].map((file) => join(clone.path, file))
  await mkdir(join(clone.path, 'objects/12'), { recursive: true })
  for (const file of stale) await writeFile(file, '')
  const unfinished = `${clone.path}.unfinished-0123`
  await mkdir(unfinished)
  const broken = await openClone(remote)
  expect((await broken.remote.fetch(['refs/heads/main'])).size).toBe(1)
  expect([...(await removeStaleLocks(clone.path))].sort()).toEqual([...stale, unfinished].sort())
  expect(await broken.remote.fetch(['refs/heads/main'])).toEqual(new Map())
  expect(await broken.objects.commit(main)).not.toBeNull()
  expect(await removeStaleLocks(join(remote.folder, 'not-there'))).toEqual([])
})

test('an empty folder is no obstacle; the clone is nobody else’s to read', async () => {
  const remote = await testRemote()
  const path = join(remote.folder, 'state', 'clone.git')
  await mkdir(path, { recursive: true })
  await openClone(remote, { path })
  const deep = await openClone(remote, { path: join(remote.folder, 'new', 'clone.git') })
  expect((await stat(join(deep.path, '..'))).mode & 0o077).toBe(0)
})

test('hooks that lie in the clone are not run', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const clone = await openFetched(remote)
  const marker = join(remote.folder, 'ran')
  await mkdir(join(clone.path, 'hooks'))
  for (const hook of ['reference-transaction', 'pre-push', 'post-update']) {
    await writeFile(join(clone.path, 'hooks', hook), `#!/bin/sh\ntouch ${marker}\n`)
    await chmod(join(clone.path, 'hooks', hook), 0o755)
  }
  const next = await clone.writer.commit({
    parents: [main],
    message: 'm',
    edits: [],
    author: { name: 'd', email: 'd' },
    at: 0,
  })
  await clone.remote.push([{ ref: 'refs/heads/main', expected: main, to: next }])
  expect(existsSync(marker)).toBe(false)
})

test('a remote that stalls ends with the signal, and leaves no process', async () => {
  const remote = await testRemote()
  await remote.commit({ files: { a: 'a' } })
  const server = await GitHttpServer.start(remote.folder)
  onTestFinished(() => server.close())
  const stop = new AbortController()
  const clone = await openClone(remote, { url: server.url('remote.git'), signal: stop.signal })
  server.mischief = 'stall'
  const listing = clone.remote.list()
  setTimeout(() => stop.abort(), 300)
  await expect(listing).rejects.toMatchObject({ name: 'GitError', code: 'failed' })
  expect(await processesWith(server.url('remote.git'))).toEqual([])
})

test('ssh that hangs goes with its git', async () => {
  const remote = await testRemote()
  const ssh = join(remote.folder, 'ssh')
  await writeFile(ssh, '#!/bin/sh\nsleep 4242\n')
  await chmod(ssh, 0o755)
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 500)
  const opening = openClone(remote, {
    url: 'ssh://git@example.org/x',
    gitConfig: [['core.sshCommand', ssh]],
    signal: stop.signal,
  })
  await expect(opening).rejects.toMatchObject({ name: 'GitError', code: 'failed' })
  expect(await processesWith('sleep 4242')).toEqual([])
})

async function processesWith(words: string): Promise<readonly string[]> {
  await new Promise((resolve) => setTimeout(resolve, 200))
  const { execFileSync } = await import('node:child_process')
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(words))
}

test('git is there and new enough, or this is said', async () => {
  expect(await checkGitVersion(environment)).toMatch(/^2\./)
  const remote = await testRemote()
  await expect(checkGitVersion({ PATH: remote.folder })).rejects.toMatchObject({ code: 'missing_git' })
  await writeFile(join(remote.folder, 'git'), '#!/bin/sh\necho git version 2.37.1\n')
  await chmod(join(remote.folder, 'git'), 0o755)
  await expect(checkGitVersion({ PATH: remote.folder })).rejects.toThrow(/2\.38 or later/)
  await expect(openClone(remote, { environment: { PATH: '/nonexistent' } })).rejects.toMatchObject({
    code: 'missing_git',
  })
})
