import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MissingObject } from '../../../lib/git/missing-object.js'
import type { CheckSignature } from '../../../lib/git/signatures.js'
import { splitSignature } from '../../../lib/git/split-signature.js'
import { type Oid, oid } from '../../../vault/oid.js'
import { allowedSigners } from '../../support/git-repo.js'
import { run, runGit } from '../../support/run-git.js'
import { openClone, openFetched, testRemote } from './open-test-repository.js'

/** Counts checks, and believes everything. */
function counting() {
  const state = { checks: 0, running: 0, most: 0 }
  const check: CheckSignature = async () => {
    state.checks += 1
    state.running += 1
    state.most = Math.max(state.most, state.running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    state.running -= 1
    return { kind: 'good', fingerprint: `SHA256:${'a'.repeat(43)}` }
  }
  return { state, check }
}

test('signed, unsigned, and signed by another key', async () => {
  const remote = await testRemote()
  const [alice, bob] = [await remote.key('alice'), await remote.key('bob')]
  const signed = await remote.commit({ files: { a: 'a' }, sign: alice, message: 'ünï\n\nbody\n' })
  const unsigned = await remote.commit({ files: { b: 'b' } })
  const merge = await remote.merge({
    parents: [unsigned, signed],
    tree: oid(await remote.git(['rev-parse', `${unsigned}^{tree}`])),
    sign: bob,
  })
  const { signatureOf } = await openFetched(remote)
  expect(await signatureOf(signed)).toEqual({ kind: 'ssh', fingerprint: alice.fingerprint })
  expect(await signatureOf(merge)).toEqual({ kind: 'ssh', fingerprint: bob.fingerprint })
  expect(await signatureOf(unsigned)).toEqual({ kind: 'unsigned' })
  await expect(signatureOf(oid('1'.repeat(40)))).rejects.toBeInstanceOf(MissingObject)
})

test('what is signed is what git signed: byte for byte, and git agrees', async () => {
  const remote = await testRemote()
  const alice = await remote.key('alice')
  const commit = await remote.commit({ files: { a: 'a' }, sign: alice })
  const { signatureOf, objects } = await openFetched(remote)
  const bytes = Buffer.from((await objects.commitBytes(commit))!)
  const split = splitSignature(bytes, 'sha1')
  const unsigned = await runGit(remote.path, ['hash-object', '-t', 'commit', '--stdin'], {
    input: split.kind === 'signed' ? split.payload : '',
  })
  // The same commit without -S.
  const raw = bytes.toString('latin1').replace(/gpgsig -----BEGIN[\s\S]*?END SSH SIGNATURE-----\n/, '')
  expect(unsigned).toBe(
    await runGit(remote.path, ['hash-object', '-t', 'commit', '--stdin'], { input: Buffer.from(raw, 'latin1') }),
  )
  expect(await signatureOf(commit)).toMatchObject({ kind: 'ssh' })
  const signers = join(remote.folder, 'signers')
  await writeFile(signers, allowedSigners({ alice }))
  await runGit(remote.path, ['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', commit])
})

/** Stores `text` as a commit in the clone, well-formed or not. */
async function store(path: string, text: string): Promise<Oid> {
  return oid(
    await runGit(path, ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
      input: Buffer.from(text, 'latin1'),
    }),
  )
}

test('attacks on the signature of a commit', async () => {
  const remote = await testRemote()
  const [alice, mallory] = [await remote.key('alice'), await remote.key('mallory')]
  const commit = await remote.commit({ files: { a: 'a' }, sign: alice })
  const other = await remote.commit({ files: { a: 'evil' }, sign: mallory })
  const { signatureOf, objects, path } = await openFetched(remote)
  const text = async (id: Oid) => Buffer.from((await objects.commitBytes(id))!).toString('latin1')
  const [good, evil] = [await text(commit), await text(other)]
  const header = /gpgsig -----BEGIN[\s\S]*?END SSH SIGNATURE-----\n/.exec(good)![0]
  const evilHeader = /gpgsig -----BEGIN[\s\S]*?END SSH SIGNATURE-----\n/.exec(evil)![0]
  const of = async (raw: string) => signatureOf(await store(path, raw))

  expect(await of(evil.replace(evilHeader, header))).toMatchObject({ kind: 'invalid' })
  expect(await of(good.replace('a commit', 'an edit'))).toMatchObject({ kind: 'invalid' })
  expect(await of(good.replace(header, header + evilHeader))).toEqual({
    kind: 'invalid',
    why: 'it carries more than one signature',
  })
  expect(await of(good.replace(header, header + header))).toMatchObject({ kind: 'invalid' })
  expect(await of(good.replace(header, header.replace('gpgsig ', 'gpgsig-sha256 ')))).toMatchObject({ kind: 'invalid' })
  expect(await of(good.replace(header, `${header}${header.replace('gpgsig ', 'gpgsig-sha256 ')}`))).toMatchObject({
    kind: 'invalid',
  })
  // In the message it is text.
  expect(await of(`${good.replace(header, '')}\n${header}`)).toEqual({ kind: 'unsigned' })
  // Inside another header it is that header's text.
  expect(await of(good.replace(header, `mergetag x\n ${header.replaceAll('\n', '\n ').trimEnd()}\n`))).toEqual({
    kind: 'unsigned',
  })
  const pgp = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n'
  expect(await of(good.replace(header, pgp))).toEqual({
    kind: 'invalid',
    why: 'its signature is a PGP one; only SSH signatures count',
  })
  expect(await of(good.replace(header, 'gpgsig x\n'))).toMatchObject({ kind: 'invalid' })
  expect(await of(good.replace(header, `gpgsig \n ${header.slice(7)}`))).toMatchObject({ kind: 'invalid' })
})

test('a signature for another namespace is none on a commit', async () => {
  const remote = await testRemote()
  const alice = await remote.key('alice')
  const commit = await remote.commit({ files: { a: 'a' } })
  const { signatureOf, objects, path } = await openFetched(remote)
  const raw = Buffer.from((await objects.commitBytes(commit))!)
  const armored = (
    await run('ssh-keygen', ['-Y', 'sign', '-n', 'file', '-f', alice.path], remote.folder, { input: raw })
  ).toString()
  const header = `gpgsig ${armored.trimEnd().replaceAll('\n', '\n ')}\n`
  const forged = raw.toString('latin1').replace(/\n\n/, `\n${header}\n`)
  expect(await signatureOf(await store(path, forged))).toMatchObject({ kind: 'invalid' })
})

test('each commit is checked once, four at a time, and remembered over a restart with a torn file', async () => {
  const remote = await testRemote()
  const alice = await remote.key('alice')
  const heads: Oid[] = []
  for (let n = 0; n < 12; n++) heads.push(await remote.commit({ files: { n: `${n}` }, sign: alice }))
  const { state, check } = counting()
  const clone = await openFetched(remote, { checkSignature: check })
  await Promise.all([...heads, ...heads].map((head) => clone.signatureOf(head)))
  expect(state).toMatchObject({ checks: 12, most: 4 })
  await clone.close()
  const file = join(clone.path, 'countersign-signatures.jsonl')
  await appendFile(file, '{"commit":"12')
  const again = await openClone(remote, { checkSignature: check })
  await Promise.all(heads.map((head) => again.signatureOf(head)))
  expect(state.checks).toBe(12)
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(13)
})

test('what could not be checked is not remembered', async () => {
  const remote = await testRemote()
  const commit = await remote.commit({ files: { a: 'a' }, sign: await remote.key('alice') })
  const { check } = counting()
  let isBroken = true
  const flaky: CheckSignature = async (...given) => {
    if (isBroken) throw new Error('no ssh-keygen')
    return check(...given)
  }
  const clone = await openFetched(remote, { checkSignature: flaky })
  await expect(clone.signatureOf(commit)).rejects.toThrow('no ssh-keygen')
  isBroken = false
  expect(await clone.signatureOf(commit)).toMatchObject({ kind: 'ssh' })
})

test('a repository of SHA-256 objects works the same', async () => {
  const remote = await testRemote({ objectFormat: 'sha256' })
  const alice = await remote.key('alice')
  const main = await remote.commit({ files: { a: 'a' }, sign: alice })
  const clone = await openFetched(remote)
  expect(main).toHaveLength(64)
  expect(await clone.signatureOf(main)).toEqual({ kind: 'ssh', fingerprint: alice.fingerprint })
  const author = { name: 'd', email: 'd' }
  const next = await clone.writer.commit({
    parents: [main],
    message: 'm',
    edits: [{ kind: 'write', path: 'b', bytes: Buffer.from('b') }],
    author,
    at: 0,
  })
  expect(await clone.remote.push([{ ref: 'refs/heads/main', expected: main, to: next }])).toMatchObject([
    { kind: 'done' },
  ])
  expect((await clone.history.diff(main, next, [], 5)).changes).toHaveLength(1)
  expect(await clone.history.line(null, next, ['b'])).toHaveLength(1)
})
