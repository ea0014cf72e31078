/** Agents ask. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ops } from './ops.js'
import type { User } from './user.js'

let ops: Ops
let agent: User
beforeAll(async () => {
  ops = await Ops.make()
  agent = ops.people.agent.with({ COUNTERSIGN_REPO: ops.path })
})
afterAll(() => ops.remove())

const ask = (formula: string, id: string, ...more: readonly string[]) =>
  agent.cli('request', formula, '--context', 'because', '--id', id, '--json', ...more)

describe('what the policy makes of a request', () => {
  it('low is asked for, then runs in the next tick', async () => {
    const asked = await ask('note', 'low-1', '--var', 'words=good morning')
    expect(asked.code, asked.text).toBe(0)
    expect(asked.json()).toEqual({
      id: 'low-1',
      tier: 'low',
      branch: 'vault/low-1',
      commit: await ops.git('rev-parse', 'vault/low-1'),
      state: 'waiting',
      reason: 'auto_approved',
    })
    expect(await ops.verdicts()).toEqual({
      'low-1': {
        id: 'low-1',
        tier: 'low',
        verdict: 'fire',
        reason: 'auto_approved',
        status: 'succeeded',
        record: expect.stringMatching(/^vault\/fired\/\d{4}-\d\d-\d\d\/low-1$/),
      },
    })
    expect(await ops.ran()).toEqual(['low-1'])
    expect(await ops.branches()).toEqual(['main'])
    expect(await ops.git('log', '-1', '--format=%B', '--grep=^claim', 'main')).toContain(
      'Approved-By: policy (auto-approved: low blast radius)',
    )
  })

  it('medium and high wait, and whoever asked learns for whom', async () => {
    const medium = await agent.cli('request', 'note-reviewed', '--context', 'because', '--id', 'medium-1')
    expect(medium.code, medium.text).toBe(0)
    expect(medium.stdout).toContain('medium-1 (medium): requested, pending async review')
    expect(medium.stdout).toContain('Who can let it through: alice, amy, bob')
    expect(medium.stdout).toContain('countersign approve medium-1')
    expect((await ask('note-gated', 'high-1')).json()).toMatchObject({
      tier: 'high',
      state: 'waiting',
      reason: 'awaiting_admin_merge',
    })
    expect(await ops.verdicts()).toMatchObject({
      'medium-1': { tier: 'medium', verdict: 'wait', reason: 'pending_async_review' },
      'high-1': { tier: 'high', verdict: 'wait', reason: 'awaiting_admin_merge' },
    })
    expect(await ops.ran()).toEqual(['low-1'])
  })

  it('an action that asks for more than its tier gets it; one that asks for less does not', async () => {
    expect((await ask('note', 'careful', '--blast-radius', 'high')).json()).toMatchObject({
      tier: 'high',
      reason: 'awaiting_admin_merge',
    })
    expect((await ask('note-gated', 'bold', '--blast-radius', 'low')).json()).toMatchObject({
      tier: 'high',
      reason: 'awaiting_admin_merge',
    })
  })
})

describe('a request that would be refused is not pushed', () => {
  it.each([
    ['of an unknown formula', ['wipe-production', '--id', 'bad'], 'no formula wipe-production is in force'],
    ['of a misspelt formula', ['note-reviwed', '--id', 'bad'], 'did you mean `note-reviewed`?'],
    ['without a variable that the formula demands', ['nap', '--id', 'bad'], /seconds.*\(variable_missing\)/],
    ['that has expired', ['note', '--id', 'bad', '--expires-at', '2020-01-01T00:00:00Z'], /\(expired\)/],
    ['under an id that is none', ['note', '--id', 'Not An Id'], /Not An Id/],
  ])('%s', async (_, args, words) => {
    const before = await ops.branches()
    const asked = await agent.cli('request', ...args, '--context', 'because', '--json')
    expect(asked.code, asked.text).toBe(1)
    expect(asked.json()).toMatchObject({ state: 'refused' })
    expect(asked.stderr).toMatch(words)
    expect(await ops.branches()).toEqual(before)
  })

  it('all that is wrong with it is told at once, with file, line and column', async () => {
    const asked = await ask('note', 'bad', '--var', 'words=HELLO', '--var', 'volume=11', '--secret', 'DEPLOY_KEY')
    expect(asked.code, asked.text).toBe(1)
    expect(asked.stderr).toMatch(/^vault\/actions\/bad\.toml:\d+:\d+: .*words.*\(variable_rejected\)$/m)
    expect(asked.stderr).toMatch(/^vault\/actions\/bad\.toml:\d+:\d+: .*volume.*\(variable_undeclared\)$/m)
    expect(asked.stderr).toMatch(/^vault\/actions\/bad\.toml:\d+:\d+: .*DEPLOY_KEY.*\(secret_not_allowed\)$/m)
    expect(await ops.branches()).not.toContain('vault/bad')
  })

  it('nor is one whose options make no sense', async () => {
    const asked = await ask('note', 'bad', '--var', 'words')
    expect(asked.code, asked.text).toBe(2)
    expect(asked.stderr).toContain('--var takes name=value')
  })
})

describe('one id is one request', () => {
  it('the same bytes again are the same request; other bytes are refused', async () => {
    const first = (await ask('note-reviewed', 'once')).json()
    const again = await ask('note-reviewed', 'once')
    expect(again.code, again.text).toBe(0)
    expect(again.json()).toEqual(first)
    const other = await ask('note-reviewed', 'once', '--var', 'words=something else')
    expect(other.code).toBe(1)
    expect(other.stderr).toContain('the id once is used by another request')
  })

  it('also after it fired', async () => {
    await ask('note', 'fired-1')
    await ops.tick()
    const again = await ask('note', 'fired-1')
    expect(again.code, again.text).toBe(0)
    expect(again.json()).toMatchObject({ id: 'fired-1', state: 'fired', status: 'succeeded' })
    expect((await ask('note', 'fired-1', '--purpose', 'again')).code).toBe(1)
    expect((await ops.verdicts())['fired-1']).toBeUndefined()
    expect((await ops.ran()).filter((id) => id === 'fired-1')).toHaveLength(1)
  })

  it('when two ask under one id at once, one of them is told that it is taken', async () => {
    const bob = ops.people.bob.with({ COUNTERSIGN_REPO: ops.path })
    const told = await Promise.all(
      [agent, bob].map((user) =>
        user.cli('request', 'note', '--context', `for ${user.name}`, '--id', 'twins', '--json'),
      ),
    )
    expect(told.map(({ code }) => code).sort()).toEqual([0, 1])
    expect(told.find(({ code }) => code === 1)?.stderr).toContain('the id twins is used by another request')
  })

  it('somebody who sits on the id with other bytes does not get them run as yours', async () => {
    await ops.push(ops.people.mallory, 'squat', { vars: { words: 'mine' } })
    const asked = await ask('note', 'squat', '--wait', '--timeout', '5')
    expect(asked.code, asked.text).toBe(1)
    expect(asked.stderr).toContain('used by another request')
  })

  it('a used id that comes again by hand is refused for ever', async () => {
    await ops.push(ops.people.agent, 'low-1', { vars: { words: 'again' } })
    expect((await ops.verdicts())['low-1']).toMatchObject({ verdict: 'refuse', reason: 'already_fired' })
    expect((await ops.ran()).filter((id) => id === 'low-1')).toHaveLength(1)
  })
})

describe('--wait', () => {
  it('follows a low request to its end while somebody else ticks', async () => {
    const waiting = agent.start('request', 'note', '--context', 'because', '--id', 'patient', '--wait', '--json')
    await untilBranch('vault/patient')
    await ops.tick()
    const told = await waiting.ended
    expect(told.code, told.text).toBe(0)
    expect(told.json()).toMatchObject({
      id: 'patient',
      tier: 'low',
      state: 'fired',
      status: 'succeeded',
      record: expect.stringContaining('/patient'),
    })
  })

  it('exits 1 for a run that failed', async () => {
    const waiting = agent.start('request', 'trip', '--context', 'because', '--id', 'stumble', '--wait', '--json')
    await untilBranch('vault/stumble')
    const tick = await ops.tick()
    expect(tick.code).toBe(0)
    const told = await waiting.ended
    expect(told.code, told.text).toBe(1)
    expect(told.json()).toMatchObject({ state: 'fired', status: 'failed' })
  })

  it('exits 3 when its time is over and nobody reviewed it', async () => {
    const told = await ask('note-reviewed', 'overlooked', '--wait', '--timeout', '1')
    expect(told.code, told.text).toBe(3)
    expect(told.json()).toMatchObject({ tier: 'medium', state: 'waiting', reason: 'pending_async_review' })
  })
})

describe('a person without a key', () => {
  it('may ask for what is low, and is told that it is not signed', async () => {
    const { eve } = ops.people
    const asked = await eve.cli('request', 'note', '--context', 'because', '--id', 'eve-1', '--repo', ops.path)
    expect(asked.code, asked.text).toBe(0)
    expect(asked.stderr).toContain('not signed, which is enough for the low tier')
    expect((await ops.verdicts())['eve-1']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
  })

  it('and one whose key nobody knows, may not ask for more', async () => {
    for (const user of [ops.people.eve, ops.people.mallory]) {
      const asked = await user.cli(
        'request',
        'note-reviewed',
        '--context',
        'because',
        '--id',
        'stranger',
        '--repo',
        ops.path,
      )
      expect(asked.code).toBe(1)
      expect(asked.stderr).toContain('requester_unknown')
      expect(asked.stderr).toContain('Have an admin add your key to allowed_signers')
    }
  })
})

describe('tick --dry-run', () => {
  it('shows what would fire, and has no effect', async () => {
    await ask('note', 'would')
    const before = await ops.git('for-each-ref')
    const dry = await ops.operate('tick', '--dry-run', '--json')
    expect(dry.code).toBe(0)
    expect(dry.lines()).toContainEqual({ id: 'would', tier: 'low', verdict: 'fire', reason: 'auto_approved' })
    expect(await ops.git('for-each-ref')).toBe(before)
    expect(await ops.ran()).not.toContain('would')
    expect((await ops.verdicts())['would']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
  })
})

async function untilBranch(branch: string): Promise<void> {
  for (let look = 0; look < 200; look++) {
    if ((await ops.branches()).includes(branch)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no branch ${branch}`)
}
