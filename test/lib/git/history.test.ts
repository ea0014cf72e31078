import { expect, test } from 'vitest'
import { MissingObject } from '../../../lib/git/missing-object.js'
import type { Change } from '../../../vault/git-facts.js'
import { type Oid, oid } from '../../../vault/oid.js'
import type { Files, TestRemote } from '../../support/git-repo.js'
import { runGit } from '../../support/run-git.js'
import { openFetched, testRemote } from './open-test-repository.js'

const EMPTY_TREE = oid('4b825dc642cb6eb9a060e54bf8d69288fbee4904')

/** main: root - a - b - c; side, from root: s. */
async function withHistory() {
  const remote = await testRemote()
  const root = await remote.commit({ files: { 'policy.toml': '1' }, message: 'root' })
  const side = await remote.commit({ branch: 'vault/side', files: { 'vault/actions/s.toml': 's' } })
  const a = await remote.commit({ files: { a: 'a' } })
  const b = await remote.commit({ files: { 'policy.toml': '2' } })
  const c = await remote.commit({ files: { c: 'c' } })
  return { remote, root, side, a, b, c }
}

test('newCommits: what heads have and main lacks, with parents, for any number of heads', async () => {
  const { remote, root, side, a, c } = await withHistory()
  const second = await remote.commit({ branch: 'vault/side', files: { x: '1' } })
  const unrelated = await remote.commit({ branch: 'vault/unrelated', parent: null, files: { x: '1' } })
  const merge = await remote.merge({ branch: 'vault/merge', parents: [second, c] })
  const { history } = await openFetched(remote)
  expect(await history.newCommits([second, merge, unrelated, a, c], c)).toEqual(
    new Map([
      [side, [root]],
      [second, [side]],
      [merge, [second, c]],
      [unrelated, []],
    ]),
  )
  expect(await history.newCommits([], c)).toEqual(new Map())
  await expect(history.newCommits([side, oid('1'.repeat(40))], c)).rejects.toMatchObject({ code: 'corrupt' })
})

test('mergeBases: none, one, or two', async () => {
  const { remote, root, side, b, c } = await withHistory()
  const unrelated = await remote.commit({ branch: 'vault/unrelated', parent: null, files: { x: '1' } })
  const one = await remote.merge({ branch: 'vault/one', parents: [c, side] })
  const two = await remote.merge({ branch: 'vault/two', parents: [side, c] })
  const { history } = await openFetched(remote)
  expect(await history.mergeBases(c, side)).toEqual([root])
  expect(await history.mergeBases(c, b)).toEqual([b])
  expect(await history.mergeBases(c, unrelated)).toEqual([])
  expect([...(await history.mergeBases(one, two))].sort()).toEqual([c, side].sort())
})

test('field failure 41: a foxtrot merge takes main off its first-parent line', async () => {
  const { remote, root, side, a, c } = await withHistory()
  const foxtrot = await remote.merge({ branch: 'vault/foxtrot', parents: [side, c] })
  const proper = await remote.merge({ branch: 'vault/proper', parents: [c, side] })
  const later = await remote.commit({ branch: 'vault/foxtrot', files: { z: 'z' } })
  const { history } = await openFetched(remote)
  expect(await history.isOnFirstParentLine(c, foxtrot)).toBe(false)
  expect(await history.isOnFirstParentLine(c, later)).toBe(false)
  expect(await history.isOnFirstParentLine(root, foxtrot)).toBe(true)
  expect(await history.isOnFirstParentLine(c, proper)).toBe(true)
  expect(await history.isOnFirstParentLine(a, proper)).toBe(true)
  expect(await history.isOnFirstParentLine(side, proper)).toBe(false)
  expect(await history.isOnFirstParentLine(c, c)).toBe(true)
  // A rewind, and a history that has nothing to do with it.
  expect(await history.isOnFirstParentLine(c, a)).toBe(false)
})

test('commit dates decide nothing: they are whatever their author wrote', async () => {
  const remote = await testRemote()
  const first = await remote.commit({ files: { a: '1' }, at: 2_000_000_000 })
  const second = await remote.commit({ files: { a: '2' }, at: 1 })
  const third = await remote.commit({ files: { a: '3' }, at: 3_000_000_000 })
  const fourth = await remote.commit({ files: { a: '4' }, at: 2 })
  const { history } = await openFetched(remote)
  expect(await history.isOnFirstParentLine(first, fourth)).toBe(true)
  expect(await history.isOnFirstParentLine(fourth, first)).toBe(false)
  expect((await history.line(first, fourth, ['a'])).map((commit) => commit.oid)).toEqual([second, third, fourth])
})

test('line: what changed a path on the first-parent line, oldest first, from the very beginning', async () => {
  const { remote, root, side, b, c } = await withHistory()
  const policy = await remote.commit({
    branch: 'vault/policy',
    parent: side,
    files: { 'policy.toml': '3', 'formulas/x.toml': 'x' },
  })
  const merge = await remote.merge({
    parents: [c, policy],
    files: { 'policy.toml': '3' },
    tree: await treeOf(remote, c),
  })
  const removed = await remote.commit({
    files: { 'policy.toml': null, 'formulas/y.sh': { mode: '100755', content: 'y' } },
  })
  const { history } = await openFetched(remote)
  const all = await history.line(null, removed, ['policy.toml', 'formulas'])
  expect(all.map((commit) => commit.oid)).toEqual([root, b, merge, removed])
  expect(all[2]?.parents).toEqual([c, policy])
  expect(all[0]?.changes).toMatchObject([{ path: 'policy.toml', before: null, after: { mode: '100644' } }])
  expect(all[3]?.changes).toMatchObject([
    { path: 'formulas/y.sh', before: null, after: { mode: '100755' } },
    { path: 'policy.toml', before: { mode: '100644' }, after: null },
  ])
  expect((await history.line(b, removed, ['policy.toml'])).map((commit) => commit.oid)).toEqual([merge, removed])
  expect(await history.line(removed, removed, ['policy.toml'])).toEqual([])
  expect(await history.line(null, removed, ['nothing'])).toEqual([])
})

test('line: names of files are bytes, whatever they look like', async () => {
  const remote = await testRemote()
  const id = '1'.repeat(40)
  const names = [
    `d/\n:100644 100644 ${id} ${id} M`,
    `d/${id} ${id}`,
    'd/"quoted"',
    'd/tab\there',
    'd/ünï',
    'd/:(glob)*',
  ]
  const files: Files = Object.fromEntries(names.map((name) => [name, name]))
  const main = await remote.commit({ files })
  const { history } = await openFetched(remote)
  const [commit] = await history.line(null, main, ['d'])
  expect(commit?.changes.map(({ path }) => path).sort()).toEqual([...names].sort())
  expect(await history.line(null, main, ['d/:(glob)*'])).toHaveLength(1)
  expect(await history.line(null, main, [':(glob)**'])).toEqual([])
  expect((await history.diff(EMPTY_TREE, main, [], 50)).changes.map(({ path }) => path).sort()).toEqual(
    [...names].sort(),
  )
})

test('field failures 38, 48: a rename is a deletion and an addition', async () => {
  const remote = await testRemote()
  const content = 'the same bytes in both places\n'.repeat(20)
  const first = await remote.commit({ files: { 'vault/actions/a.toml': content } })
  const second = await remote.commit({
    files: { 'vault/actions/a.toml': null, 'vault/fired/d/a/action.toml': content },
  })
  const { history } = await openFetched(remote)
  const expected = [
    { path: 'vault/actions/a.toml', after: null },
    { path: 'vault/fired/d/a/action.toml', before: null },
  ]
  expect((await history.diff(first, second, [], 50)).changes).toMatchObject(expected)
  expect((await history.line(first, second, ['vault']))[0]?.changes).toMatchObject(expected)
})

test('diff: modes, symlinks, submodules, files that become folders', async () => {
  const remote = await testRemote()
  const before = await remote.commit({
    files: { run: 'x', link: 'x', same: 's', folder: 'was a file', 'file/inside': 'i', sub: 'x' },
  })
  const after = await remote.commit({
    files: {
      run: { mode: '100755', content: 'x' },
      link: { mode: '120000', content: 'x' },
      sub: { mode: '160000', oid: before },
      folder: null,
      'folder/now': 'n',
      'file/inside': null,
      file: 'now a file',
    },
  })
  const { history } = await openFetched(remote)
  const { changes, truncated } = await history.diff(before, after, [], 50)
  expect(truncated).toBe(false)
  expect(changes.map(({ path, before: old, after: now }) => [path, old?.mode, now?.mode])).toEqual([
    ['file', undefined, '100644'],
    ['file/inside', '100644', undefined],
    ['folder', '100644', undefined],
    ['folder/now', undefined, '100644'],
    ['link', '100644', '120000'],
    ['run', '100644', '100755'],
    ['sub', '100644', '160000'],
  ])
})

test('diff: only below the asked paths, and at most as many as asked', async () => {
  const remote = await testRemote()
  const before = await remote.commit({ files: { 'vault/fired/a': '1', 'vault/firedx': '1', 'vault/actions/a': '1' } })
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`vault/actions/${n}`, `${n}`]))
  const after = await remote.commit({ files: { ...files, 'vault/fired/a': '2', 'vault/firedx': '2' } })
  const { history } = await openFetched(remote)
  expect((await history.diff(before, after, ['vault/fired'], 50)).changes.map(({ path }) => path)).toEqual([
    'vault/fired/a',
  ])
  expect((await history.diff(before, after, ['vault/fired/a', 'nothing'], 50)).changes).toHaveLength(1)
  const cut = await history.diff(before, after, [], 50)
  expect(cut.truncated).toBe(true)
  expect(cut.changes).toHaveLength(50)
  expect(await history.diff(before, after, [], 62)).toMatchObject({ truncated: false })
  await expect(history.diff(before, oid('1'.repeat(40)), [], 50)).rejects.toBeInstanceOf(MissingObject)
})

test('diff: folders without end are cut, not followed', async () => {
  const remote = await testRemote()
  const before = await remote.commit({ files: { a: '1' } })
  const deep = await remote.commit({ branch: 'vault/deep', files: { [`${'d/'.repeat(500)}f`]: 'x' } })
  const { history } = await openFetched(remote)
  expect(await history.diff(before, deep, [], 50)).toMatchObject({ changes: [], truncated: true })
})

test('diff and line see what `git diff-tree` sees', async () => {
  const remote = await testRemote()
  let state = 7
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
  const names = ['a', 'a/b', 'a-b', 'a.b', 'b/c/d', 'b/c', 'b/c.d', 'é/ü', 'z']
  const commits: Oid[] = []
  for (let n = 0; n < 25; n++) {
    const name = names[random(names.length)]!
    const content = random(4) === 0 ? null : `${random(3)}`
    commits.push(await remote.commit({ files: { [name]: content } }))
  }
  const { history, path } = await openFetched(remote)
  for (let n = 1; n < commits.length; n++) {
    const [from, to] = [commits[random(n)]!, commits[n]!]
    const { changes } = await history.diff(from, to, [], 1_000)
    expect(changes.map(asRaw).sort()).toEqual(await rawDiff(path, from, to))
  }
})

function asRaw({ path, before, after }: Change): string {
  return [
    before?.mode ?? '000000',
    after?.mode ?? '000000',
    before?.oid ?? '0'.repeat(40),
    after?.oid ?? '0'.repeat(40),
    path,
  ].join(' ')
}

async function rawDiff(path: string, from: Oid, to: Oid): Promise<readonly string[]> {
  const tokens = (await runGit(path, ['diff-tree', '-r', '-z', '--no-renames', from, to])).split('\0')
  const lines: string[] = []
  for (let n = 0; n + 1 < tokens.length; n += 2) lines.push(`${tokens[n]!.slice(1, -2)} ${tokens[n + 1]}`)
  return lines.sort()
}

async function treeOf(remote: TestRemote, commit: Oid): Promise<Oid> {
  return oid(await remote.git(['rev-parse', `${commit}^{tree}`]))
}
