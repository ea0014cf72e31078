/** Ways to bring an action to main without a valid second key, all judged in one tick. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TickLine } from '../../dispatcher/cli/tick-line.js'
import { OpsRepo, POLICY } from '../support/ops-repo.js'
import { BINDING } from './second-key/binding.js'
import { ON_MAIN } from './second-key/on-main.js'
import { PEOPLE } from './second-key/people.js'

const CASES = [...PEOPLE, ...BINDING, ...ON_MAIN]
const NEVER = '[approval]\nnever = [{ login = "bot", id = 7 }]\n\n[signers]\nbot = "admin"'

let ops: OpsRepo
let lines: readonly TickLine[]

// `pair-b` is low: it came along with a release, which is refused, and fires by itself.
beforeAll(async () => {
  ops = await OpsRepo.make({ 'policy.toml': POLICY.replace('[signers]', NEVER) })
  for (const { make, id } of CASES) await make(ops, id)
  await ops.request('bystander')
  lines = await ops.tick()
}, 120_000)
afterAll(() => ops.remove())

/** The line of main, where a branch of that id has one too. */
const lineOf = (id: string) => lines.find((line) => line.id === id)

describe.each([
  ['who signed the merge', PEOPLE],
  ['what it binds to', BINDING],
  ['what lies on main', ON_MAIN],
])('%s', (_, cases) => {
  for (const { name, id, verdict, reason } of cases) {
    it(`${name}: ${verdict} ${reason}`, () => {
      expect(lineOf(id)).toMatchObject({ id, verdict, reason })
    })
  }
})

describe('beside all that', () => {
  const refused = CASES.filter((each) => each.verdict === 'refuse')
  const fired = CASES.filter((each) => each.verdict === 'fire').map((each) => each.id)

  it('only what fired has run, once, and the bystander too', async () => {
    expect([...(await ops.ran())].sort()).toEqual([...fired, 'pair-b', 'bystander'].sort())
  })

  it('nothing waits on main any more, and each refusal has its record', async () => {
    expect(await ops.remote.paths('main', 'vault/actions')).toEqual(['vault/actions/README.md'])
    const decisions = (await ops.records()).filter((path) => path.endsWith('/decision.json'))
    expect(decisions).toHaveLength(refused.length)
  })

  it('34: a record of a refusal says which rules decided, and what they saw', async () => {
    const found = (await ops.records()).find((path) => path.includes('/by-writer-') && path.endsWith('decision.json'))
    expect(await ops.record(found ?? '')).toMatchObject({
      event: 'refused',
      id: 'by-writer',
      reason: 'approver_role',
      rules: expect.arrayContaining([
        { rule: 'approver', saw: 'bob has the role write, needed is admin', gave: 'refuse approver_role' },
      ]),
    })
  })

  it('no name of a file breaks out into the messages of commits', async () => {
    const log = await ops.remote.git(['log', '--format=%B', `${ops.root}..main`, '--author=countersign'])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(log).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    const approvals = log.split('\n').filter((line) => line.startsWith('Approved-By: alice'))
    expect(approvals.every((line) => /^Approved-By: alice \(admin, signed merge [0-9a-f]{12}\)$/.test(line))).toBe(true)
  })

  it('the next tick has nothing to do on main', async () => {
    const main = await ops.main()
    await ops.tick()
    expect(await ops.main()).toBe(main)
  })
})
