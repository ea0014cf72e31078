import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BatchReader } from '../../../lib/git/batch-reader.js'
import { MissingObject } from '../../../lib/git/missing-object.js'
import { GitObjects } from '../../../lib/git/objects.js'
import { type Oid, oid } from '../../../vault/oid.js'
import { runGit } from '../../support/run-git.js'
import { environment, openFetched, testRemote } from './open-test-repository.js'

const nowhere = oid('1'.repeat(40))

test('commits, trees, entries and blobs are read by id', async () => {
  const remote = await testRemote()
  const root = await remote.commit({
    files: { 'a.txt': 'a\n', 'd/e/f.sh': { mode: '100755', content: 'f' }, l: { mode: '120000', content: 'a.txt' } },
  })
  const next = await remote.commit({ files: { sub: { mode: '160000', oid: root } } })
  const { objects } = await openFetched(remote)
  expect(await objects.commit(next)).toMatchObject({ oid: next, parents: [root] })
  const names = (await objects.tree(next))?.map(({ name, mode }) => [name, mode])
  expect(names).toEqual([
    ['a.txt', '100644'],
    ['d', '040000'],
    ['l', '120000'],
    ['sub', '160000'],
  ])
  expect(await objects.entry(next, 'd/e/f.sh')).toMatchObject({ mode: '100755', name: 'f.sh' })
  expect(await objects.entry(next, 'd/e')).toMatchObject({ mode: '040000' })
  expect(await objects.entry(next, 'd/nothing/f')).toBeNull()
  expect(await objects.entry(next, 'a.txt/f')).toBeNull()
  expect(await objects.entry(next, 'sub/f')).toBeNull()
  const read = await objects.blob((await objects.entry(next, 'a.txt'))!.oid, 2)
  expect(read).toEqual({ kind: 'blob', bytes: Buffer.from('a\n') })
})

test('what is missing, or of another type, is a value', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const { objects } = await openFetched(remote)
  const tree = (await objects.commit(main))!.tree
  expect(await objects.commit(nowhere)).toBeNull()
  expect(await objects.commit(tree)).toBeNull()
  expect(await objects.commitBytes(tree)).toBeNull()
  expect(await objects.tree(nowhere)).toBeNull()
  expect(await objects.tree((await objects.entry(main, 'a'))!.oid)).toBeNull()
  expect(await objects.blob(nowhere, 10)).toEqual({ kind: 'missing' })
  expect(await objects.blob(tree, 10_000)).toEqual({ kind: 'missing' })
  await expect(objects.entry(nowhere, 'a')).rejects.toBeInstanceOf(MissingObject)
})

test('a blob over the limit is not read', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { big: Buffer.alloc(20_000_000, 'x'), small: 'ok' } })
  const { objects } = await openFetched(remote)
  const [big, small] = [(await objects.entry(main, 'big'))!, (await objects.entry(main, 'small'))!]
  const before = process.memoryUsage().arrayBuffers
  expect(await objects.blob(big.oid, 65_536)).toEqual({ kind: 'too_large', bytes: 20_000_000 })
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000)
  expect(await objects.blob(small.oid, 65_536)).toMatchObject({ kind: 'blob' })
  const whole = await objects.blob(big.oid, 20_000_000)
  expect(whole.kind === 'blob' && whole.bytes.length).toBe(20_000_000)
})

test('a small blob is read once, and is still too large for whoever wants less', async () => {
  const blobs = new Map([
    [oid('a'.repeat(40)), Buffer.from('ok')],
    [oid('b'.repeat(40)), Buffer.alloc(40_000, 'x')],
  ])
  const read: string[] = []
  const info = async (name: Oid) => ({ kind: 'object', type: 'blob', size: blobs.get(name)!.length, bytes: null })
  const contents = async (name: Oid) => {
    read.push(name[0]!)
    return { ...(await info(name)), bytes: blobs.get(name)! }
  }
  const objects = new GitObjects({ info, contents } as Partial<BatchReader> as BatchReader)
  const [small, large] = [...blobs.keys()] as [Oid, Oid]
  for (const name of [small, large, small, large]) await objects.blob(name, 65_536)
  expect(read).toEqual(['a', 'b', 'b'])
  expect(await objects.blob(small, 2)).toEqual({ kind: 'blob', bytes: Buffer.from('ok') })
  expect(await objects.blob(small, 1)).toEqual({ kind: 'too_large', bytes: 2 })
})

test.each([
  ['a name twice', ['x', 'x']],
  ['names out of order', ['y', 'x']],
  ['a folder and a file of one name', ['x', 'x/']],
  ['..', ['..']],
  ['a slash', ['a/b']],
  ['an empty name', ['']],
])('a tree with %s could be read in two ways, and is not read', async (_what, names) => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const { objects, history, path } = await openFetched(remote)
  const write = async (type: string, input: string | Buffer) =>
    oid(await runGit(path, ['hash-object', '-t', type, '-w', '--stdin', '--literally'], { input }))
  const blob = await write('blob', 'one')
  const folder = (await objects.commit(main))!.tree
  const entries = names.map((name) =>
    name === 'x/'
      ? Buffer.concat([Buffer.from('40000 x\0'), Buffer.from(folder, 'hex')])
      : Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]),
  )
  const tree = await write('tree', Buffer.concat(entries))
  const head = await write(
    'commit',
    `tree ${tree}\nparent ${main}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm\n`,
  )
  expect(await objects.commit(head)).toMatchObject({ tree })
  expect(await objects.tree(head)).toBeNull()
  await expect(history.diff(main, head, [], 10)).rejects.toBeInstanceOf(MissingObject)
  await expect(objects.entry(head, 'x')).rejects.toBeInstanceOf(MissingObject)
})

test.each([
  ['two trees', 'tree T\ntree T\nauthor A <a> 1 +0000\n'],
  ['a parent after the author', 'tree T\nauthor A <a> 1 +0000\nparent P\n'],
  ['a short parent', 'tree T\nparent 1234\nauthor A <a> 1 +0000\n'],
  ['no author', 'tree T\ncommitter A <a> 1 +0000\n'],
])('a commit with %s is no commit', async (_what, text) => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const clone = await openFetched(remote)
  const { tree } = (await clone.objects.commit(main))!
  const input = `${text.replaceAll('T', tree).replaceAll('P', main)}\nmessage\n`
  const bad = await runGit(clone.path, ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], { input })
  expect(await clone.objects.commit(oid(bad))).toBeNull()
  expect(await clone.objects.tree(oid(bad))).toBeNull()
})

/** A PATH on which git's `cat-file` is a script of ours. */
async function withCatFile(folder: string, script: string): Promise<Record<string, string>> {
  const real = (await runGit(folder, ['--exec-path'])).trim()
  const path = join(folder, 'git')
  await writeFile(
    path,
    `#!/bin/sh\nif [ "$1" != cat-file ]; then exec ${real}/git "$@"; fi\n${script.replaceAll('GIT', `${real}/git`)}\n`,
  )
  await chmod(path, 0o755)
  return { ...environment, PATH: `${folder}:${environment.PATH}` }
}

test('a reader that dies is started again, and nothing that waited is lost', async () => {
  const remote = await testRemote()
  const heads = await remote.commits(
    Array.from({ length: 200 }, (_, n) => ({ branch: `vault/${n}`, files: { n: `${n}` } })),
  )
  // The first process answers 150 questions and dies with the rest unanswered.
  const flag = join(remote.folder, 'died')
  const dying = await withCatFile(
    remote.folder,
    `if [ -e ${flag} ]; then exec GIT "$@"; fi; touch ${flag}; head -n 150 | GIT "$@"; kill -9 $$`,
  )
  const { objects } = await openFetched(remote, { environment: dying })
  const read = await Promise.all(heads.map((head) => objects.commit(head)))
  expect(read.map((commit) => commit?.oid)).toEqual(heads)
})

test('a reader that never works fails each read, and does not hang', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const dead = await withCatFile(remote.folder, 'echo "fatal: loose object x is corrupt" >&2; exit 128')
  const { objects } = await openFetched(remote, { environment: dead })
  const reads = await Promise.allSettled([objects.commit(main), objects.commit(nowhere), objects.tree(main)])
  for (const read of reads)
    expect(read).toMatchObject({ status: 'rejected', reason: { name: 'GitError', code: 'corrupt' } })
})

test('a reader that answers something else is not believed', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const liar = await withCatFile(remote.folder, `read line; echo "${'2'.repeat(40)} commit 3"; sleep 5`)
  const { objects } = await openFetched(remote, { environment: liar })
  await expect(objects.commit(main)).rejects.toMatchObject({ name: 'GitError', code: 'failed' })
})
