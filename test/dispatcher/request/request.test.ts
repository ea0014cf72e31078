import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RequestOptions, requestCommand } from '../../../dispatcher/cli/request-command.js'
import { OpsRepo, POLICY } from '../../support/ops-repo.js'
import { Person, type Told } from '../../support/person.js'

let ops: OpsRepo
let agent: Person
beforeEach(async () => {
  ops = await OpsRepo.make()
  agent = await Person.make(ops.remote.folder, ops.keys.agent, { now: () => ops.now })
})
afterEach(() => ops.remove())

function request(who: Person, formula: string, options: Partial<RequestOptions> = {}): Promise<Told> {
  const all = { context: 'because', var: [`trace=${ops.trace}`], repo: ops.remote.path, json: true, ...options }
  return who.run((adapters, terminal) => requestCommand(formula, all, adapters, terminal))
}

const ownText = (id: string) => ops.remote.read(`vault/${id}`, `vault/actions/${id}.toml`)

describe('a request', () => {
  it('is one signed commit on main that adds one file, and a dispatcher takes it', async () => {
    const told = await request(agent, 'release', { id: 'rel-1' })
    expect(told).toMatchObject({ code: 0, err: '' })
    const head = await ops.remote.ref('vault/rel-1')
    expect(told.json).toEqual({
      id: 'rel-1',
      tier: 'high',
      branch: 'vault/rel-1',
      commit: head,
      state: 'waiting',
      reason: 'awaiting_admin_merge',
    })
    expect(await ops.remote.git(['rev-list', '--parents', '-1', 'vault/rel-1'])).toBe(`${head} ${await ops.main()}`)
    expect(await ops.remote.git(['diff', '--name-status', 'main', 'vault/rel-1'])).toBe('A\tvault/actions/rel-1.toml')
    expect(await ops.remote.git(['log', '-1', '--format=%an %ae', 'vault/rel-1'])).toBe('agent agent@example.org')
    expect(await ops.tick()).toMatchObject([
      { id: 'rel-1', tier: 'high', verdict: 'wait', reason: 'awaiting_admin_merge' },
    ])
    await ops.approve(head!, ops.keys.alice)
    expect(await ops.tick()).toMatchObject([{ id: 'rel-1', verdict: 'fire', status: 'succeeded' }])
  })

  it('has an id from its formula and the time where none is named, each time another', async () => {
    const [one, two] = [await request(agent, 'touch'), await request(agent, 'touch')]
    expect(one.json['id']).toMatch(/^touch-20261122-080000-[0-9a-f]{4}$/)
    expect(two.json['id']).not.toBe(one.json['id'])
    expect(await ops.tick()).toHaveLength(2)
  })

  it('13, 18: escapes what it writes: quotes, line breaks and TOML in a text stay in it', async () => {
    const context = 'say "hi"\n[vars]\ntrace = "/etc/passwd"\nblast_radius = "low" # \\ \u0007 ünï\u202e'
    const told = await request(agent, 'touch', {
      id: 'odd',
      context,
      purpose: "it's",
      timeoutMinutes: 5,
      expiresAt: '2026-12-24T18:00:00+01:00',
      blastRadius: 'high',
    })
    expect(told.err).toBe('')
    expect(told.json).toMatchObject({ tier: 'high', state: 'waiting' })
    expect(await ops.tick()).toMatchObject([{ id: 'odd', tier: 'high', verdict: 'wait' }])
    expect(await ownText('odd')).toContain('expires_at = 2026-12-24T18:00:00.000+01:00')
  })

  it('says for people what it is waiting for and who can help', async () => {
    const told = await request(agent, 'release', { id: 'rel-1', json: false })
    expect(told.out).toContain('rel-1 (high): requested, blocked until an admin merges')
    expect(told.out).toContain('Who can let it through: alice, amy')
    expect(told.out).toContain('countersign approve rel-1')
  })

  it('goes by the configuration of a dispatcher, too', async () => {
    await ops.configure()
    const folder = join(ops.remote.folder, 'one')
    const { writeFile } = await import('node:fs/promises')
    const config = `[repo]\nurl = "${ops.remote.path}"\n[identity]\nname = "one"\nkey = "dispatcher.key"\n[runner]\nstate_dir = "state"\n[trust]\nroot = "${ops.root}"\n`
    await writeFile(join(folder, 'countersign.toml'), config)
    const told = await request(agent, 'touch', {
      id: 'tidy',
      repo: undefined,
      config: join(folder, 'countersign.toml'),
    })
    expect(told).toMatchObject({
      code: 0,
      json: { id: 'tidy', tier: 'low', state: 'waiting', reason: 'auto_approved' },
    })
  })
})

describe('what is wrong is told before anything is pushed', () => {
  it.each([
    ['an unknown variable', 'touch', { var: ['trace=x', 'trase=y'] }, 'variable_undeclared'],
    ['a missing variable', 'touch', { var: [] }, 'variable_missing'],
    ['a secret that the formula does not allow', 'touch', { secret: ['TOKEN'] }, 'secret_not_allowed'],
    ['an unknown formula', 'toutch', {}, 'formula_missing'],
    ['a blank context', 'touch', { context: '  ' }, 'bad_value'],
    ['a tier that there is none of', 'touch', { blastRadius: 'tiny' }, 'bad_value'],
    ['an expiry in the past', 'touch', { expiresAt: '2020-01-01T00:00:00Z' }, 'expired'],
    ['an id with path characters', 'touch', { id: '../../etc' }, 'branch_name_invalid'],
    ['an id that git would not take', 'touch', { id: 'x.lock' }, 'branch_name_invalid'],
    ['a formula with path characters', '../touch', {}, 'bad_value'],
  ] as const)('%s', async (_, formula, options, reason) => {
    const told = await request(agent, formula, options)
    expect(told.code).toBe(1)
    expect(told.json).toMatchObject({ state: 'refused', commit: null, reason })
    expect(told.err).toContain(reason)
    expect(await ops.remote.git(['for-each-ref', 'refs/heads/vault'])).toBe('')
  })

  it('with file, line and column', async () => {
    const told = await request(agent, 'touch', { id: 'x', var: ['trace=x', 'trase=y'], secret: ['no'] })
    expect(told.err).toMatch(/^vault\/actions\/x\.toml:\d+:\d+: .* \(bad_value\)$/m)
  })

  it.each([
    ['--var without a value', { var: ['trace'] }],
    ['--var twice', { var: ['trace=1', 'trace=2'] }],
    ['a local time', { expiresAt: '2026-12-24T18:00:00' }],
    ['30 February', { expiresAt: '2027-02-30T18:00:00Z' }],
    ['a key that is none', { key: '/nonexistent' }],
  ])('%s is a matter of usage', async (_, options) => {
    expect(await request(agent, 'touch', options)).toMatchObject({ code: 2, out: '' })
  })

  it('a policy that cannot be read is named', async () => {
    const broken = await OpsRepo.make({ 'policy.toml': 'version = ' })
    const told = await request(agent, 'touch', { repo: broken.remote.path })
    expect(told.code).toBe(2)
    expect(told.err).toContain('policy.toml:1:')
    await broken.remove()
  })

  it('an empty ops repo says how it is laid out', async () => {
    await ops.remote.setRef('main', null)
    const told = await request(agent, 'touch')
    expect(told.code).toBe(2)
    expect(told.err).toContain('countersign init')
  })
})

describe('keys', () => {
  it('low goes unsigned where there is no key, with a note', async () => {
    const nobody = await Person.make(ops.remote.folder, null)
    const told = await request(nobody, 'touch', { id: 'tidy' })
    expect(told).toMatchObject({ code: 0, json: { tier: 'low', state: 'waiting' } })
    expect(told.err).toContain('not signed')
    expect(await ops.tick()).toMatchObject([{ id: 'tidy', verdict: 'fire' }])
  })

  it.each(['dev', 'release'])('%s without a key is requester_unknown, with a remedy', async (formula) => {
    const nobody = await Person.make(ops.remote.folder, null)
    const told = await request(nobody, formula)
    expect(told).toMatchObject({ code: 1, json: { state: 'refused', reason: 'requester_unknown' } })
    expect(told.err).toContain('git config --global user.signingkey')
    expect(await ops.remote.git(['for-each-ref', 'refs/heads/vault'])).toBe('')
  })

  it("a key that is nobody's is requester_unknown, and is named", async () => {
    const mallory = await Person.make(ops.remote.folder, ops.keys.mallory)
    const told = await request(mallory, 'dev')
    expect(told).toMatchObject({ code: 1, json: { reason: 'requester_unknown' } })
    expect(told.err).toContain(ops.keys.mallory.fingerprint)
  })

  it("--key signs with another key than git's", async () => {
    const mallory = await Person.make(ops.remote.folder, ops.keys.mallory)
    expect(await request(mallory, 'dev', { id: 'dev-1', key: ops.keys.agent.path })).toMatchObject({ code: 0 })
    expect(await ops.tick()).toMatchObject([{ id: 'dev-1', verdict: 'wait', reason: 'pending_async_review' }])
  })
})

describe('the same id', () => {
  it('with the same bytes is the same request, wherever it stands by now', async () => {
    const first = await request(agent, 'release', { id: 'rel-1' })
    const again = await request(agent, 'release', { id: 'rel-1' })
    expect(again.json).toEqual(first.json)
    await ops.approve((await ops.remote.ref('vault/rel-1'))!, ops.keys.alice)
    expect(await request(agent, 'release', { id: 'rel-1' })).toMatchObject({
      code: 0,
      json: { state: 'waiting', tier: 'high' },
    })
    await ops.tick()
    const fired = await request(agent, 'release', { id: 'rel-1' })
    expect(fired).toMatchObject({
      code: 0,
      json: {
        state: 'fired',
        status: 'succeeded',
        record: 'vault/fired/2026-11-22/rel-1',
        commit: first.json['commit'],
      },
    })
    expect(await ops.ran()).toEqual(['rel-1'])
  })

  it('with other bytes is refused: on a branch, on main, and after it fired', async () => {
    const other = () => request(agent, 'release', { id: 'rel-1', context: 'other' })
    await request(agent, 'release', { id: 'rel-1' })
    const head = await ops.remote.ref('vault/rel-1')
    expect(await other()).toMatchObject({ code: 1, out: '' })
    await ops.approve(head!, ops.keys.alice)
    expect(await other()).toMatchObject({ code: 1 })
    await ops.tick()
    const told = await other()
    expect(told.code).toBe(1)
    expect(told.err).toContain('rel-1')
    expect(await ops.remote.ref('vault/rel-1')).toBeNull()
  })

  it('of two people at once: one gets it', async () => {
    const people = await Promise.all(
      ['alice', 'bob'].map((name) => Person.make(ops.remote.folder, ops.keys[name as 'alice' | 'bob'])),
    )
    const told = await Promise.all(
      people.map((who, index) => request(who, 'touch', { id: 'same', context: `by ${index}` })),
    )
    expect(told.map(({ code }) => code).sort()).toEqual([0, 1])
  })

  it('ten of one person at once all arrive under ids of their own', async () => {
    await request(agent, 'touch', { context: 'so that the clone is there' })
    const told = await Promise.all(Array.from({ length: 10 }, () => request(agent, 'touch')))
    expect(told.map(({ code, err }) => [code, err])).toEqual(told.map(() => [0, '']))
    expect(await ops.tick()).toHaveLength(11)
  })

  it('is not taken by a branch that only looks like it', async () => {
    await ops.file('vault/rel-1', { 'vault/actions/other.toml': ops.action('other') })
    const told = await request(agent, 'touch', { id: 'rel-1' })
    expect(told.code).toBe(1)
    expect(await ops.remote.read('vault/rel-1', 'vault/actions/other.toml')).not.toBeNull()
  })
})

describe('the ops repo', () => {
  it('may refuse the branch: its words are told', async () => {
    await ops.remote.hook('pre-receive', 'echo "no entry today" >&2; exit 1')
    const told = await request(agent, 'touch', { id: 'x' })
    expect(told.code).toBe(1)
    expect(told.err).toContain('did not take')
  })

  it('may not be there', async () => {
    expect(await request(agent, 'touch', { repo: '/nonexistent/ops.git' })).toMatchObject({ code: 3, out: '' })
  })

  it('judges by the set in force, not by what somebody put on main', async () => {
    await ops.put({ 'policy.toml': POLICY.replace('release = "high"', 'release = "low"') })
    expect((await request(agent, 'release')).json).toMatchObject({ tier: 'high' })
  })
})
