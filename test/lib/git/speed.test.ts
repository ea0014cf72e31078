import { expect, test } from 'vitest'
import type { FileEdit } from '../../../lib/git/port.js'
import { oid } from '../../../vault/oid.js'
import { openClone, openFetched, testRemote } from './open-test-repository.js'

/** Printed, not asserted: a machine under load must not fail a build. */
async function timed<Result>(what: string, task: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  const result = await task()
  console.log(`${what}: ${Math.round(performance.now() - started)} ms`)
  return result
}

test('1,000 requests at once are fetched, walked, compared and read', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { 'vault/actions/README.md': 'stays\n', 'policy.toml': 'version = 1\n' } })
  const heads = await remote.commits(
    Array.from({ length: 1_000 }, (_, n) => ({
      branch: `vault/a-${n}`,
      files: { [`vault/actions/a-${n}.toml`]: `id = "a-${n}"\n` },
    })),
  )
  const { remote: port, history, objects } = await timed('open', () => openClone(remote))
  const listed = await timed('list of 1,000', () => port.list())
  expect(listed.requests.size).toBe(1_000)
  await timed('fetch of main', () => port.fetch(['refs/heads/main']))
  const failed = await timed('fetch of 1,000 heads', () =>
    port.fetch([...listed.requests.keys()].map((suffix) => `refs/heads/vault/${suffix}`)),
  )
  expect(failed.size).toBe(0)
  const graph = await timed('newCommits', () => history.newCommits(heads, main))
  expect(graph.size).toBe(1_000)
  const diffs = await timed('1,000 diffs', () => Promise.all(heads.map((head) => history.diff(main, head, [], 50))))
  expect(diffs.every(({ changes }) => changes.length === 1)).toBe(true)
  const blobs = await timed('1,000 blobs', () =>
    Promise.all(diffs.map(({ changes }) => objects.blob(changes[0]!.after!.oid, 65_536))),
  )
  expect(blobs.every((read) => read.kind === 'blob')).toBe(true)
  await timed('idle list', () => port.list())
})

test('1,000 claims are one commit', async () => {
  const remote = await testRemote()
  const actions = Array.from({ length: 1_000 }, (_, n) => [`vault/actions/a-${n}.toml`, `id = "a-${n}"\n`] as const)
  const main = await remote.commit({ files: Object.fromEntries(actions) })
  const { writer, objects, remote: port } = await openFetched(remote)
  const folder = await objects.entry(main, 'vault/actions')
  const entries = (await objects.tree(folder!.oid))!
  const edits = entries.flatMap(({ name, oid }): FileEdit[] => {
    const to = `vault/fired/2026-01-01/${name}`
    return [
      { kind: 'delete', path: `vault/actions/${name}` },
      { kind: 'place', path: `${to}/action.toml`, mode: '100644', oid },
      {
        kind: 'write',
        path: `${to}/intent.json`,
        bytes: Buffer.from(JSON.stringify({ name, padding: 'x'.repeat(2_000) })),
      },
    ]
  })
  const author = { name: 'd', email: 'd' }
  const commit = await timed('commit of 1,000 claims', () =>
    writer.commit({ parents: [main], message: 'claim\n', author, at: 0, edits }),
  )
  await timed('push of it', () => port.push([{ ref: 'refs/heads/main', expected: main, to: commit }]))
  const next = await timed('commit of one outcome', () =>
    writer.commit({
      parents: [commit],
      message: 'outcome\n',
      author,
      at: 0,
      edits: [{ kind: 'write', path: 'vault/fired/2026-01-01/a-7.toml/outcome.json', bytes: Buffer.from('{}') }],
    }),
  )
  await timed('push of it', () => port.push([{ ref: 'refs/heads/main', expected: commit, to: next }]))
  expect((await objects.tree((await objects.entry(next, 'vault/fired/2026-01-01'))!.oid))!.length).toBe(1_000)
})

/** 100,000 take a minute to be made: `COUNTERSIGN_SPEED_COMMITS=100000 npx vitest run test/lib/git/speed.test.ts --testTimeout 300000`. */
const COMMITS = Number(process.env['COUNTERSIGN_SPEED_COMMITS'] ?? 5_000)

test(`${COMMITS} commits on main`, async () => {
  const remote = await testRemote()
  let text = 'feature done\n'
  for (let n = 0; n < COMMITS; n++) {
    const file = n % (COMMITS / 10) === 0 ? 'policy.toml' : `f/${n % 100}`
    text += `commit refs/heads/main\nmark :${n + 1}\ncommitter A <a> ${1_700_000_000 + n} +0000\ndata 2\nm\n\nM 100644 inline ${file}\ndata ${String(n).length}\n${n}\n`
  }
  await remote.git(['fast-import', '--quiet', '--done'], { input: `${text}get-mark :1\ndone\n` })
  const [root, tip] = [await remote.git(['rev-list', '--max-parents=0', 'main']), (await remote.ref('main'))!]
  const clone = await timed('fetch of all', () => openFetched(remote))
  const near = (await clone.objects.commit(tip))!.parents[0]!
  const { history } = clone
  await timed('isOnFirstParentLine, one behind', () => history.isOnFirstParentLine(near, tip))
  await timed('isOnFirstParentLine, from the root', () => history.isOnFirstParentLine(oid(root), tip))
  await timed('isOnFirstParentLine, never (a rewind)', () => history.isOnFirstParentLine(tip, near))
  const line = await timed('line of the policy over all', () =>
    history.line(null, tip, ['policy.toml', 'formulas', 'allowed_signers']),
  )
  expect(line).toHaveLength(10)
  await timed('line of the policy, one new', () =>
    history.line(near, tip, ['policy.toml', 'formulas', 'allowed_signers']),
  )
  const head = await remote.commit({ branch: 'vault/old-date', files: { x: 'x' }, at: 1 })
  await clone.remote.fetch(['refs/heads/vault/old-date'])
  await timed('newCommits of a head dated 1970', () => history.newCommits([head], tip))
  await timed('list', () => clone.remote.list())
})
