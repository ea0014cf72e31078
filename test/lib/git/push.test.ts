import { expect, onTestFinished, test } from 'vitest'
import { parsePushReport } from '../../../lib/git/parse-push-report.js'
import { oid } from '../../../vault/oid.js'
import { GitHttpServer } from '../../support/git-http-server.js'
import { openClone, testRemote } from './open-test-repository.js'

const author = { name: 'dispatcher', email: 'dispatcher@example.org' }
const draft = { message: 'claim\n', author, at: 1_767_225_600_000 }
const notThere = oid('1'.repeat(40))

async function withMain() {
  const remote = await testRemote()
  const main = await remote.commit({ files: { 'a.txt': 'a\n' } })
  const clone = await openClone(remote)
  await clone.remote.fetch(['refs/heads/main'])
  return { remote, main, clone }
}

test('main moves from exactly what was seen', async () => {
  const { remote, main, clone } = await withMain()
  const next = await clone.writer.commit({ ...draft, parents: [main], edits: [] })
  expect(await clone.remote.push([{ ref: 'refs/heads/main', expected: main, to: next }])).toEqual([
    { ref: 'refs/heads/main', kind: 'done' },
  ])
  expect(await remote.ref('main')).toBe(next)
})

test('a lost race is a rejection, and the winner stays', async () => {
  const { remote, main, clone } = await withMain()
  const ours = await clone.writer.commit({ ...draft, parents: [main], edits: [] })
  const theirs = await remote.commit({ files: { 'b.txt': 'b\n' } })
  const [result] = await clone.remote.push([{ ref: 'refs/heads/main', expected: main, to: ours }])
  expect(result).toMatchObject({ ref: 'refs/heads/main', kind: 'rejected', why: 'stale info' })
  expect(await remote.ref('main')).toBe(theirs)
})

test('a main that was rewound is not moved on, although that would be a fast-forward', async () => {
  const { remote, main, clone } = await withMain()
  const second = await remote.commit({ files: { 'b.txt': 'b\n' } })
  await clone.remote.fetch(['refs/heads/main'])
  const ours = await clone.writer.commit({ ...draft, parents: [second], edits: [] })
  await remote.setRef('main', main)
  expect(await clone.remote.push([{ ref: 'refs/heads/main', expected: second, to: ours }])).toMatchObject([
    { kind: 'rejected' },
  ])
  expect(await remote.ref('main')).toBe(main)
})

test('law 9: neither main nor a request is ever rewound, and only request branches are deleted', async () => {
  const { remote, main, clone } = await withMain()
  const next = await clone.writer.commit({ ...draft, parents: [main], edits: [] })
  await clone.remote.push([
    { ref: 'refs/heads/main', expected: main, to: next },
    { ref: 'refs/heads/vault/a', expected: null, to: next },
  ])
  const other = await clone.writer.commit({ ...draft, message: 'other\n', parents: [main], edits: [] })
  const push = (ref: string, expected: typeof main | null, to: typeof main | null) =>
    clone.remote.push([{ ref, expected, to }])
  await expect(push('refs/heads/main', next, other)).rejects.toThrow(/never rewound/)
  await expect(push('refs/heads/vault/a', next, other)).rejects.toThrow(/never rewound/)
  await expect(push('refs/heads/main', next, null)).rejects.toThrow(/never deleted/)
  await expect(push('refs/notes/countersign', next, null)).rejects.toThrow(/never deleted/)
  await expect(push('refs/heads/vault/a', null, null)).rejects.toThrow(/never deleted/)
  await expect(push('refs/heads/other', null, next)).rejects.toThrow(/no ref of ours/)
  await expect(push('refs/tags/main', null, next)).rejects.toThrow(/no ref of ours/)
  await expect(push('refs/heads/vault/a:refs/heads/main', null, next)).rejects.toThrow(/no ref of ours/)
  expect(await remote.ref('main')).toBe(next)
})

test('field failure 54: a head that was force-pushed since survives the deletion of its branch', async () => {
  const { remote, clone } = await withMain()
  const claimed = await remote.commit({ branch: 'vault/x', files: { x: '1' } })
  const swapped = await remote.commit({ branch: 'vault/x', parent: await remote.ref('main'), files: { x: '2' } })
  const gone = await remote.commit({ branch: 'vault/y', files: { y: '1' } })
  const results = await clone.remote.push([
    { ref: 'refs/heads/vault/x', expected: claimed, to: null },
    { ref: 'refs/heads/vault/y', expected: gone, to: null },
    { ref: 'refs/heads/vault/nothing', expected: gone, to: null },
  ])
  expect(results).toMatchObject([{ kind: 'rejected' }, { kind: 'done' }, { kind: 'rejected' }])
  expect(await remote.ref('vault/x')).toBe(swapped)
  expect(await remote.ref('vault/y')).toBe(null)
})

test('a new branch is made only where there is none', async () => {
  const { remote, main, clone } = await withMain()
  const taken = await remote.commit({ branch: 'vault/taken', files: { x: '1' } })
  const ours = await clone.writer.commit({ ...draft, parents: [main], edits: [] })
  const results = await clone.remote.push([
    { ref: 'refs/heads/vault/taken', expected: null, to: ours },
    { ref: 'refs/heads/vault/grün/-x', expected: null, to: ours },
  ])
  expect(results).toMatchObject([{ kind: 'rejected' }, { kind: 'done' }])
  expect(await remote.ref('vault/taken')).toBe(taken)
  expect(await remote.ref('vault/grün/-x')).toBe(ours)
})

test('a hook that refuses is a rejection with its reason', async () => {
  const { remote, main, clone } = await withMain()
  await remote.hook('update', 'case "$1" in refs/heads/main) echo "go away" >&2; exit 1;; esac')
  const next = await clone.writer.commit({ ...draft, parents: [main], edits: [] })
  const results = await clone.remote.push([
    { ref: 'refs/heads/main', expected: main, to: next },
    { ref: 'refs/heads/vault/a', expected: null, to: next },
  ])
  expect(results).toMatchObject([{ kind: 'rejected', why: expect.stringMatching(/^hook declined/) }, { kind: 'done' }])
})

test('field failure 52: a push whose answer is lost rejects, and a look shows what became of it', async () => {
  const { remote, main, clone } = await withMain()
  // post-receive runs when all refs have moved; its parent is the one that would answer.
  await remote.hook('post-receive', 'kill -9 $PPID')
  const next = await clone.writer.commit({ ...draft, parents: [main], edits: [] })
  await expect(clone.remote.push([{ ref: 'refs/heads/main', expected: main, to: next }])).rejects.toMatchObject({
    name: 'GitError',
    code: 'unreachable',
  })
  expect((await clone.remote.list()).main).toBe(next)
})

test('field failure 52 by HTTP: the server moves main and the connection breaks', async () => {
  const { remote, main } = await withMain()
  const server = await GitHttpServer.start(remote.folder)
  onTestFinished(() => server.close())
  const clone = await openClone(remote, { url: server.url('remote.git'), path: `${remote.folder}/by-http.git` })
  await clone.remote.fetch(['refs/heads/main'])
  const next = await clone.writer.commit({ ...draft, parents: [main], edits: [] })
  const update = { ref: 'refs/heads/main', expected: main, to: next }
  server.mischief = 'lose_push_answer'
  await expect(clone.remote.push([update])).rejects.toMatchObject({ name: 'GitError' })
  server.mischief = 'none'
  expect((await clone.remote.list()).main).toBe(next)
  const after = await clone.writer.commit({ ...draft, message: 'after\n', parents: [next], edits: [] })
  const results = await clone.remote.push([
    { ref: 'refs/heads/main', expected: next, to: after },
    { ref: 'refs/heads/vault/x', expected: main, to: null },
  ])
  expect(results).toMatchObject([{ kind: 'done' }, { kind: 'rejected' }])
  expect(await clone.remote.push([{ ref: 'refs/heads/main', expected: main, to: next }])).toMatchObject([
    { kind: 'rejected' },
  ])
})

test('a report counts only when it is whole, and only what it says for sure', () => {
  const done = '*\taaaa:refs/heads/vault/a\t[new branch]\n'
  const unsure = '!\taaaa:refs/heads/main\t[remote failure] (remote failed to report status)\n'
  expect(parsePushReport(`To x\n${done}`).size).toBe(0)
  expect(parsePushReport(`To x\n${done}${unsure}Done\n`)).toEqual(
    new Map([['refs/heads/vault/a', { ref: 'refs/heads/vault/a', kind: 'done' }]]),
  )
})

test('what is not here is not pushed over', async () => {
  const { clone, main } = await withMain()
  await expect(clone.remote.push([{ ref: 'refs/heads/main', expected: notThere, to: main }])).rejects.toMatchObject({
    name: 'GitError',
  })
})
