/** A thousand at once, some of them hostile: all honest ones fire exactly once, each bad one has its verdict, in a handful of pushes. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { TickLine } from '../../dispatcher/cli/tick-line.js'
import { LIMITS } from '../../vault/limits.js'
import type { CommitSpec } from '../support/git-repo.js'
import { OpsRepo } from '../support/ops-repo.js'

type Files = NonNullable<CommitSpec['files']>

const HONEST = 950
const path = (id: string) => `vault/actions/${id}.toml`

/** Ten of each, between the honest ones. */
const BAD: readonly (readonly [kind: string, files: (ops: OpsRepo, id: string) => Files, outcome: string])[] = [
  ['link', (_, id) => ({ [path(id)]: { mode: '120000', content: 'x' } }), 'refuse not_regular_file'],
  ['extra', (ops, id) => ({ [path(id)]: ops.action(id), x: 'x' }), 'refuse extra_paths'],
  ['wrong', (ops, id) => ({ [path(id)]: ops.action('other') }), 'refuse id_not_file_name'],
  ['noise', (_, id) => ({ [path(id)]: Buffer.from([0xff, 0x00]) }), 'refuse not_utf8'],
  ['high', (ops, id) => ({ [path(id)]: ops.action(id, { formula: 'release' }) }), 'refuse requester_unknown'],
]

let ops: OpsRepo
let lines: ReadonlyMap<string, TickLine>
const honest = Array.from({ length: HONEST }, (_, index) => `low-${index}`)
const bad = new Map<string, string>()

beforeAll(async () => {
  ops = await OpsRepo.make()
  const specs = honest.map((id) => ({ branch: `vault/${id}`, files: { [path(id)]: ops.action(id) } as Files }))
  for (const [kind, files, outcome] of BAD) {
    for (let index = 0; index < 10; index++) {
      const id = `${kind}-${index}`
      bad.set(id, outcome)
      specs.splice(index * 90, 0, { branch: `vault/${id}`, files: files(ops, id) })
    }
  }
  await ops.remote.commits(specs)
  lines = new Map((await ops.tick()).map((line) => [line.id, line]))
}, 240_000)
afterAll(() => ops.remove())

it('each of a thousand has its line', () => {
  expect(lines.size).toBe(1_000)
  for (const id of honest) expect(lines.get(id)).toMatchObject({ verdict: 'fire', status: 'succeeded' })
  for (const [id, outcome] of bad) expect(`${lines.get(id)?.verdict} ${lines.get(id)?.reason}`).toBe(outcome)
})

it('every honest one ran exactly once, and nothing else', async () => {
  expect([...(await ops.ran())].sort()).toEqual([...honest].sort())
})

it('every one has its three records, by a handful of pushes', async () => {
  const records = await ops.records()
  for (const name of ['action.toml', 'intent.json', 'outcome.json']) {
    expect(records.filter((record) => record.endsWith(`/${name}`))).toHaveLength(HONEST)
  }
  expect(Number(await ops.remote.git(['rev-list', '--count', `${ops.root}..main`]))).toBeLessThan(60)
})

it('each bad one is told why, by the next tick at the latest', async () => {
  const main = await ops.main()
  expect((await ops.tick()).map(({ id }) => id).sort()).toEqual([...bad.keys()].sort())
  expect(await ops.main()).toBe(main)
  expect(await ops.note((await ops.remote.ref('vault/link-0'))!)).toContain('not_regular_file')
})

it('the branches of the fired ones are gone by then, and nothing is left to do', async () => {
  const branches = await ops.remote.git(['for-each-ref', '--format=%(refname:lstrip=3)', 'refs/heads/vault'])
  expect(branches.split('\n').sort()).toEqual([...bad.keys()].sort())
  const main = await ops.main()
  expect(await ops.tick()).toHaveLength(bad.size)
  expect(await ops.main()).toBe(main)
})

it('a dispatcher that stays deletes the branches of a burst before it looks again', async () => {
  const many = Array.from({ length: LIMITS.refsPerCommand + 1 }, (_, index) => `more-${index}`)
  await ops.remote.commits(many.map((id) => ({ branch: `vault/${id}`, files: { [path(id)]: ops.action(id) } })))
  const dispatcher = await ops.dispatcher('one')
  onTestFinished(() => dispatcher.close())
  const fired = (await ops.tickBy(dispatcher)).filter(({ verdict }) => verdict === 'fire')
  expect(fired).toHaveLength(many.length)
  const open = async () => (await ops.remote.git(['for-each-ref', 'refs/heads/vault/more-*'])).split('\n')
  expect(await open()).toHaveLength(many.length)
  await dispatcher.applier.tidy()
  expect(await open()).toEqual([''])
})
