import { spawn } from 'node:child_process'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { signedCommit, userIdentity, userSigningKey } from '../../../lib/git/user-git.js'
import type { Oid } from '../../../vault/oid.js'
import { personEnvironment, type TestKey } from '../../support/git-repo.js'
import { run, runGit } from '../../support/run-git.js'
import { environment, openFetched, testRemote } from './open-test-repository.js'

async function withPerson() {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const alice = await remote.key('alice')
  const clone = await openFetched(remote)
  const { tree } = (await clone.objects.commit(main))!
  const sign = (person: Record<string, string>, key?: string) =>
    signedCommit({
      repositoryPath: clone.path,
      tree,
      parents: [main],
      message: 'approve x\n',
      environment: person,
      ...(key === undefined ? {} : { key }),
    })
  return { remote, main, alice, clone, tree, sign, person: await personEnvironment(remote.folder, alice) }
}

const signedBy = (key: TestKey) => ({ kind: 'ssh', fingerprint: key.fingerprint })

test('by the key and identity of their configuration', async () => {
  const { alice, main, tree, clone, sign, person } = await withPerson()
  expect(await userSigningKey(person)).toBe(alice.path)
  expect(await userIdentity(person)).toEqual({ name: 'alice', email: 'alice@example.org' })
  const commit = await sign(person)
  expect(await clone.objects.commit(commit)).toEqual({ oid: commit, tree, parents: [main] })
  expect(await clone.signatureOf(commit)).toEqual(signedBy(alice))
  expect(await runGit(clone.path, ['log', '-1', '--format=%an %ae %cn', commit])).toBe('alice alice@example.org alice')
})

test('by a key that is given, by its private or public path, over the configured one', async () => {
  const { remote, clone, sign, person } = await withPerson()
  const bob = await remote.key('bob')
  for (const key of [bob.path, `${bob.path}.pub`])
    expect(await clone.signatureOf(await sign(person, key))).toEqual(signedBy(bob))
})

test('who has told git nothing can still sign, as nobody by name', async () => {
  const { clone, alice, sign } = await withPerson()
  expect(await userSigningKey(environment)).toBeNull()
  expect(await userIdentity(environment)).toBeNull()
  const commit = await sign(environment, alice.path)
  expect(await clone.signatureOf(commit)).toEqual(signedBy(alice))
  expect(await runGit(clone.path, ['log', '-1', '--format=%an', commit])).toBe('countersign')
})

test('without any key, or with one that is not there, it fails with words', async () => {
  const { sign, remote } = await withPerson()
  await expect(sign(environment)).rejects.toMatchObject({ name: 'GitError', code: 'failed' })
  await expect(sign(environment, join(remote.folder, 'nothing'))).rejects.toMatchObject({ name: 'GitError' })
})

test('a key that only the agent holds, as a literal and as a lone public file', async () => {
  const { remote, clone, alice, sign, person } = await withPerson()
  const socket = join(remote.folder, 'agent')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  onTestFinished(() => void agent.kill())
  for (let wait = 0; wait < 50; wait++) {
    const added = await run('ssh-add', [alice.path], remote.folder, {
      env: { SSH_AUTH_SOCK: socket },
      mayFail: false,
    }).catch(() => null)
    if (added !== null) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await rename(alice.path, `${alice.path}.away`)
  const config = join(person['HOME']!, '.gitconfig')
  await runGit(remote.folder, ['config', '--file', config, 'user.signingkey', `key::${alice.publicKey}`])
  const withAgent = { ...person, SSH_AUTH_SOCK: socket }
  expect(await userSigningKey(withAgent)).toBe(`key::${alice.publicKey}`)
  expect(await clone.signatureOf(await sign(withAgent))).toEqual(signedBy(alice))
  expect(await clone.signatureOf(await sign(withAgent, `${alice.path}.pub`))).toEqual(signedBy(alice))
})

test('a path below home, and settings of the folder where they stand', async () => {
  const { remote, person } = await withPerson()
  const config = join(person['HOME']!, '.gitconfig')
  await runGit(remote.folder, ['config', '--file', config, 'user.signingkey', '~/.ssh/id_ed25519'])
  expect(await userSigningKey(person)).toBe(join(person['HOME']!, '.ssh/id_ed25519'))
  const folder = await remote.clone()
  await runGit(folder, ['config', 'user.signingkey', '/other'])
  await runGit(folder, ['config', 'user.name', 'al'])
  expect(await userSigningKey(person, folder)).toBe('/other')
  expect((await userIdentity(person, folder))?.name).toBe('al')
})

test('a person reaches the remote by their own configuration', async () => {
  const { remote, main, alice, sign, person } = await withPerson()
  const config = join(person['HOME']!, '.gitconfig')
  await runGit(remote.folder, ['config', '--file', config, `url.${remote.path}.insteadOf`, 'https://ops.example.org/x'])
  const options = { url: 'https://ops.example.org/x', path: join(remote.folder, 'mine.git') }
  const mine = await openFetched(remote, { ...options, environment: person, asPerson: true })
  const commit: Oid = await signedCommit({
    repositoryPath: mine.path,
    tree: (await mine.objects.commit(main))!.tree,
    parents: [main],
    message: 'm',
    environment: person,
  })
  expect(await mine.remote.push([{ ref: 'refs/heads/vault/mine', expected: null, to: commit }])).toMatchObject([
    { kind: 'done' },
  ])
  expect(await remote.ref('vault/mine')).toBe(commit)
  expect(await sign(person)).not.toBe(alice.path)
})

test('hooks and helpers of a person’s configuration do not run for us', async () => {
  const { remote, person } = await withPerson()
  const hooks = join(remote.folder, 'hooks')
  await mkdir(hooks)
  await writeFile(join(hooks, 'pre-push'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  await runGit(remote.folder, ['config', '--file', join(person['HOME']!, '.gitconfig'), 'core.hooksPath', hooks])
  const mine = await openFetched(remote, { path: join(remote.folder, 'mine.git'), environment: person, asPerson: true })
  const { main } = await mine.remote.list()
  expect(await mine.remote.push([{ ref: 'refs/heads/vault/mine', expected: null, to: main }])).toMatchObject([
    { kind: 'done' },
  ])
})
