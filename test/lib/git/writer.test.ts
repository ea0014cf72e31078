import { expect, test } from 'vitest'
import { oid } from '../../../vault/oid.js'
import { runGit } from '../../support/run-git.js'
import { openClone, openFetched, testRemote } from './open-test-repository.js'

const author = { name: 'dispatcher ünï', email: 'dispatcher@example.org' }
const draft = { message: 'claim low x\n\nAction-Id: x\n', author, at: 1_767_225_600_999 }

test('a commit on its first parent: files written, placed and deleted, the rest as it was', async () => {
  const remote = await testRemote()
  const action = 'id = "x"\r\n\0 exact bytes'
  const main = await remote.commit({
    files: { keep: 'k', 'vault/actions/README.md': 'r', 'vault/actions/x.toml': action },
  })
  const { writer, objects, history, path } = await openFetched(remote)
  const blob = (await objects.entry(main, 'vault/actions/x.toml'))!
  const commit = await writer.commit({
    ...draft,
    parents: [main],
    edits: [
      { kind: 'place', path: 'vault/fired/2026-01-01/x/action.toml', mode: blob.mode, oid: blob.oid },
      { kind: 'write', path: 'vault/fired/2026-01-01/x/intent.json', bytes: Buffer.from('{}') },
      { kind: 'delete', path: 'vault/actions/x.toml' },
      { kind: 'delete', path: 'nothing/there' },
    ],
  })
  expect((await objects.commit(commit))?.parents).toEqual([main])
  const { changes } = await history.diff(main, commit, [], 50)
  expect(changes.map((change) => change.path)).toEqual([
    'vault/actions/x.toml',
    'vault/fired/2026-01-01/x/action.toml',
    'vault/fired/2026-01-01/x/intent.json',
  ])
  expect(changes[1]?.after).toEqual({ mode: '100644', oid: blob.oid })
  expect(await runGit(path, ['log', '-1', '--format=%an <%ae> %at %cn %ct%n%B', commit])).toBe(
    `dispatcher ünï <dispatcher@example.org> 1767225600 dispatcher ünï 1767225600\n${draft.message}`,
  )
  expect(await runGit(path, ['fsck', '--strict', '--no-dangling'])).toBe('')
  expect(await runGit(path, ['for-each-ref', '--format=%(refname)'])).toBe('refs/countersign/main')
})

test('a root commit, and a merge of many parents', async () => {
  const remote = await testRemote()
  const clone = await openClone(remote)
  const root = await clone.writer.commit({
    ...draft,
    parents: [],
    edits: [{ kind: 'write', path: 'a', bytes: Buffer.from('a') }],
  })
  const other = await clone.writer.commit({
    ...draft,
    parents: [],
    edits: [{ kind: 'write', path: 'b', bytes: Buffer.from('b') }],
  })
  const merge = await clone.writer.commit({
    ...draft,
    parents: [root, other],
    edits: [{ kind: 'write', path: 'b', bytes: Buffer.from('b') }],
  })
  expect((await clone.objects.commit(root))?.parents).toEqual([])
  expect((await clone.objects.commit(merge))?.parents).toEqual([root, other])
  expect((await clone.objects.tree(merge))?.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(await clone.remote.push([{ ref: 'refs/heads/main', expected: null, to: merge }])).toMatchObject([
    { kind: 'done' },
  ])
})

test('a foreign file can be put back whatever its name, mode and kind', async () => {
  const remote = await testRemote()
  const inner = await remote.commit({ branch: null, parent: null, files: { x: 'x' } })
  const names = ['vault/fired/line\nbreak', 'vault/fired/"q" \\ tab\t', 'vault/fired/ünï', 'vault/fired/ leading']
  const before = await remote.commit({
    files: {
      ...Object.fromEntries(names.map((name) => [name, name])),
      'vault/fired/link': { mode: '120000', content: '../..' },
      'vault/fired/run': { mode: '100755', content: 'x' },
      'vault/fired/sub': { mode: '160000', oid: inner },
      'vault/fired/folder/f': 'f',
    },
  })
  const after = await remote.commit({ files: { vault: null, other: 'o' } })
  const { writer, history } = await openFetched(remote)
  const { changes } = await history.diff(after, before, ['vault'], 50)
  const undone = await writer.commit({
    ...draft,
    parents: [after],
    edits: changes.map(({ path, after: entry }) => ({ kind: 'place', path, ...entry! })),
  })
  expect((await history.diff(before, undone, ['vault'], 50)).changes).toEqual([])
  const removed = await writer.commit({
    ...draft,
    parents: [undone],
    edits: changes.map(({ path }) => ({ kind: 'delete', path })),
  })
  expect((await history.diff(after, removed, [], 50)).changes).toEqual([])
})

test('a file whose name is no UTF-8 is seen by a name of its own, and can be removed', async () => {
  const remote = await testRemote()
  const blob = await remote.object('blob', 'x')
  const tree = await remote.rawTree([
    { mode: '100644', name: Buffer.from([0x66, 0xfe]), oid: blob },
    { mode: '100644', name: Buffer.from([0x66, 0xff]), oid: blob },
  ])
  const main = oid(await remote.git(['commit-tree', tree], { input: 'm' }))
  await remote.setRef('main', main)
  const { writer, objects, history } = await openFetched(remote)
  const names = (await objects.tree(main))!.map(({ name }) => name)
  expect(names).toEqual(['f\udcfe', 'f\udcff'])
  expect((await history.line(null, main, ['f'])).length).toBe(0)
  const removed = await writer.commit({ ...draft, parents: [main], edits: [{ kind: 'delete', path: names[0]! }] })
  expect((await objects.tree(removed))!.map(({ name }) => name)).toEqual(['f\udcff'])
})

test.each([
  ['a line break in the name', { author: { name: 'x\nparent 1234', email: 'e' } }],
  ['an angle in the e-mail', { author: { name: 'x', email: 'e> 0 +0000' } }],
  ['a NUL in the message', { message: 'a\0b' }],
  ['a path that climbs', { edits: [{ kind: 'delete' as const, path: 'a/../b' }] }],
  ['an absolute path', { edits: [{ kind: 'delete' as const, path: '/a' }] }],
  ['no path', { edits: [{ kind: 'delete' as const, path: '' }] }],
  [
    'a mode of its own',
    { edits: [{ kind: 'place' as const, path: 'a', mode: '100644 evil', oid: oid('1'.repeat(40)) }] },
  ],
])('%s is refused', async (_what, wrong) => {
  const { writer } = await openClone(await testRemote())
  await expect(writer.commit({ ...draft, parents: [], edits: [], ...wrong })).rejects.toBeInstanceOf(TypeError)
})

test('a message cannot end its own length and give commands', async () => {
  const clone = await openClone(await testRemote())
  const message = 'claim\n\ndata 3\nM 100644 inline "evil"\ndata 1\nx\ndone\n'
  const commit = await clone.writer.commit({ ...draft, message, parents: [], edits: [] })
  expect(await clone.objects.tree(commit)).toEqual([])
  expect(await runGit(clone.path, ['log', '-1', '--format=%B', commit])).toBe(message)
})

test('what cannot be built rejects, and the next commit works', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const { writer, objects } = await openFetched(remote)
  const missing = { kind: 'place' as const, path: 'x', mode: '100644', oid: oid('1'.repeat(40)) }
  const [bad, good] = await Promise.allSettled([
    writer.commit({ ...draft, parents: [main], edits: [missing] }),
    writer.commit({ ...draft, parents: [main], edits: [] }),
  ])
  expect(bad).toMatchObject({ status: 'rejected', reason: { name: 'GitError' } })
  expect(good.status === 'fulfilled' && (await objects.commit(good.value))?.parents).toEqual([main])
})

test('a note is replaced, not repeated, and the others stay', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: 'a' } })
  const heads = await remote.commits(
    Array.from({ length: 300 }, (_, n) => ({ branch: `vault/${n}`, files: { n: `${n}` } })),
  )
  const clone = await openFetched(remote)
  const note = (commit: string) => runGit(remote.path, ['notes', '--ref=countersign', 'show', commit])
  const first = await clone.writer.notesCommit(null, new Map(heads.map((head) => [head, `waits ${head}\n`])), draft)
  await clone.remote.push([{ ref: 'refs/notes/countersign', expected: null, to: first }])
  expect(await note(heads[7]!)).toBe(`waits ${heads[7]}`)
  const second = await clone.writer.notesCommit(
    first,
    new Map([
      [heads[7]!, 'fired\n'],
      [main, 'ünï\n'],
    ]),
    draft,
  )
  expect(await clone.remote.push([{ ref: 'refs/notes/countersign', expected: first, to: second }])).toMatchObject([
    { kind: 'done' },
  ])
  expect(await note(heads[7]!)).toBe('fired')
  expect(await note(heads[8]!)).toBe(`waits ${heads[8]}`)
  expect(await note(main)).toBe('ünï')
  expect((await remote.git(['notes', '--ref=countersign', 'list'])).split('\n')).toHaveLength(301)
})

test('many commits leave few packs, and lose nothing that no ref names', async () => {
  const remote = await testRemote()
  const request = await remote.commit({ branch: 'vault/x', files: { a: 'a' } })
  const clone = await openFetched(remote)
  let tip = await clone.writer.commit({ ...draft, parents: [], edits: [] })
  const made = [tip]
  for (let n = 0; n < 70; n++) {
    tip = await clone.writer.commit({
      ...draft,
      parents: [tip],
      edits: [{ kind: 'write', path: `f/${n}`, bytes: Buffer.from(`${n}`) }],
    })
    made.push(tip)
    // The reader has the packs open that are about to go.
    expect(await clone.objects.commit(tip)).not.toBeNull()
  }
  expect(await clone.objects.blob((await clone.objects.entry(tip, 'f/0'))!.oid, 10)).toMatchObject({ kind: 'blob' })
  const packs = (await runGit(clone.path, ['count-objects', '-v'])).match(/^packs: (\d+)$/m)?.[1]
  expect(Number(packs)).toBeLessThan(52)
  const again = await openClone(remote)
  for (const commit of [...made, request]) expect(await again.objects.commit(commit)).not.toBeNull()
  expect(await again.objects.entry(tip, 'f/0')).not.toBeNull()
})
