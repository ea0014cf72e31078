/** Hostile and clumsy request branches, all judged in one tick: each has its own verdict, and none stops another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TickLine } from '../../dispatcher/cli/tick-line.js'
import type { Oid } from '../../vault/oid.js'
import { OpsRepo } from '../support/ops-repo.js'
import { BYTES } from './requests/bytes.js'
import { CONTENT } from './requests/content.js'
import { HISTORY } from './requests/history.js'
import { PEOPLE } from './requests/people.js'
import { SHAPE } from './requests/shape.js'

const CASES = [...SHAPE, ...HISTORY, ...PEOPLE, ...CONTENT, ...BYTES]

let ops: OpsRepo
let lines: ReadonlyMap<string, TickLine>

beforeAll(async () => {
  ops = await OpsRepo.make({ 'formulas/untiered.toml': OpsRepo.formula('untiered') })
  await ops.put({ 'a-file': 'main is more than one commit\n' })
  for (const { make, id } of CASES) await make(ops, id)
  await ops.remote.setRef('vault/at-main', await ops.main())
  await ops.remote.setRef('vault/at-root', ops.root)
  await ops.request('honest')
  lines = new Map((await ops.tick()).map((line) => [line.id, line]))
}, 120_000)
afterAll(() => ops.remove())

describe.each([
  ['what a request is (law 3)', SHAPE],
  ['where it comes from', HISTORY],
  ['who asks (law 6)', PEOPLE],
  ['what it says', CONTENT],
  ['what its bytes are', BYTES],
])('%s', (_, cases) => {
  for (const { name, id, verdict, reason, tier } of cases) {
    it(`${name}: ${verdict} ${reason}`, () => {
      expect(lines.get(id)).toMatchObject({ id, verdict, reason, ...(tier === undefined ? {} : { tier }) })
    })
  }
})

describe('beside all that', () => {
  it('each request has one line, and what fires has ended', () => {
    expect(lines.size).toBe(CASES.length + 1)
    const fired = [...lines.values()].filter((line) => line.verdict === 'fire')
    expect(fired.map((line) => line.status)).toEqual(fired.map(() => 'succeeded'))
    expect(lines.get('honest')).toMatchObject({ verdict: 'fire', status: 'succeeded' })
  })

  it('only what fired has run, once', async () => {
    const expected = [...CASES.filter((each) => each.verdict === 'fire').map((each) => each.id), 'honest']
    expect([...(await ops.ran())].sort()).toEqual(expected.sort())
  })

  it('26: what was fired is byte for byte what was asked', async () => {
    const stored = await ops.bytes('vault/fired/2026-11-22/crlf/action.toml')
    expect(stored?.toString()).toBe(ops.action('crlf').replaceAll('\n', '\r\n'))
  })

  it('a branch with nothing that main lacks is tidied in silence', async () => {
    expect(await ops.remote.ref('vault/at-main')).toBeNull()
    expect(await ops.remote.ref('vault/at-root')).toBeNull()
  })

  it('a refused branch stays, and its comment says why', async () => {
    const head = (await ops.remote.ref('vault/symlink')) as Oid
    const note = await ops.note(head)
    expect(note).toContain('countersign: symlink is refused (not_regular_file)')
    expect(note).toContain('Remedy:')
  })

  it('the next tick says the same, and does nothing', async () => {
    const [main, notes] = [await ops.main(), await ops.remote.ref('refs/notes/countersign')]
    const again = new Map((await ops.tick()).map((line) => [line.id, line]))
    const open = CASES.filter((each) => each.verdict !== 'fire')
    expect([...again.keys()].sort()).toEqual(open.map((each) => each.id).sort())
    for (const { id, reason } of open) expect(again.get(id)).toMatchObject({ reason })
    expect([await ops.main(), await ops.remote.ref('refs/notes/countersign')]).toEqual([main, notes])
  })
})
