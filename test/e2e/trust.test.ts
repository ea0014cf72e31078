/** Operators edit the policy; others try to; main is frozen, rewritten, and taken up again. */
import { chmod, lstat, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ops } from './ops.js'

let ops: Ops
let policy: string
beforeAll(async () => {
  ops = await Ops.make()
  policy = await ops.readMain('policy.toml')
})
afterAll(() => ops.remove())

const status = async () => (await ops.operate('status', '--json')).json()

describe('the policy that an admin edits', () => {
  it('counts from the next tick on: a tier goes up, writing goes off and on again', async () => {
    const { alice, agent } = ops.people
    await ops.edit(alice, { 'policy.toml': policy.replace('note = "low"', 'note = "high"') })
    await ops.push(agent, 'was-low')
    expect((await ops.verdicts())['was-low']).toMatchObject({ tier: 'high', verdict: 'wait' })
    await ops.edit(alice, { 'policy.toml': policy.replace('enabled = true', 'enabled = false') })
    expect((await ops.verdicts())['was-low']).toMatchObject({ verdict: 'wait', reason: 'write_disabled' })
    await ops.edit(alice, { 'policy.toml': policy })
    expect((await ops.verdicts())['was-low']).toMatchObject({ tier: 'low', verdict: 'fire', status: 'succeeded' })
  })

  it('when it is broken, tick exits 2 and names file, line and column; nothing fires until it is repaired', async () => {
    const { alice, agent } = ops.people
    const broken = await ops.edit(alice, { 'policy.toml': policy.replace('note = "low"', 'note = "harmless"') })
    await ops.push(agent, 'meanwhile')
    const tick = await ops.tick()
    expect(tick.code, tick.text).toBe(2)
    const line = policy.split('\n').indexOf('note = "low"') + 1
    expect(tick.stderr).toContain(`policy.toml:${line}:1: `)
    expect(tick.stderr).toContain(broken)
    expect(tick.stderr).toContain("repaired with an admin's second key")
    expect(tick.lines()).toEqual([
      expect.objectContaining({ id: 'meanwhile', verdict: 'wait', reason: 'trust_set_broken' }),
    ])
    expect(await status()).toMatchObject({ trust_set: { ok: false, broken } })
    const dry = await ops.operate('tick', '--dry-run')
    expect(dry.code).toBe(2)

    const validated = await ops.operate('validate')
    expect(validated.code).toBe(1)
    expect(validated.stdout).toContain(`policy.toml:${line}:1: `)

    await ops.edit(alice, { 'policy.toml': policy })
    expect((await ops.verdicts())['meanwhile']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
  })

  it('when it is gone, tick exits 2 and says so', async () => {
    const { alice } = ops.people
    await ops.edit(alice, { 'policy.toml': null })
    const tick = await ops.tick()
    expect(tick.code, tick.text).toBe(2)
    expect(tick.stderr).toContain('policy.toml')
    expect(tick.stderr).toContain('(file_missing)')
    await ops.edit(alice, { 'policy.toml': policy })
    expect((await ops.tick()).code).toBe(0)
  })
})

describe('the policy that somebody else edits', () => {
  it('takes no force: status names the commit, and what was in force stays', async () => {
    const { bob, alice, agent } = ops.people
    const inForce = ((await status())['trust_set'] as { commit: string }).commit
    const edited = await ops.edit(bob, { 'policy.toml': policy.replace('note-gated = "high"', 'note-gated = "low"') })
    await ops.push(agent, 'hopeful', { formula: 'note-gated' })
    const tick = await ops.tick()
    expect(tick.code, tick.text).toBe(0)
    expect(tick.stderr).toContain(`commit ${edited} changed the trust set without authority (trust_change_unauthorised`)
    expect(tick.lines()).toContainEqual(expect.objectContaining({ id: 'hopeful', tier: 'high', verdict: 'wait' }))
    expect(await status()).toMatchObject({ trust_set: { commit: inForce, ok: false, offending: edited } })
    expect((await ops.operate('status')).stdout).toContain(`WARNING: commit ${edited}`)

    await ops.push(agent, 'still-runs')
    expect((await ops.verdicts())['still-runs']).toMatchObject({ verdict: 'fire', status: 'succeeded' })

    // An admin's change on top would launder it.
    await ops.edit(alice, { 'policy.toml': `${await ops.readMain('policy.toml')}\n` })
    expect(await status()).toMatchObject({ trust_set: { commit: inForce, ok: false, offending: edited } })
    await ops.edit(alice, { 'policy.toml': policy })
    expect(await status()).toMatchObject({ trust_set: { ok: true } })
  })
})

describe('freeze', () => {
  it('holds, and its end, where the ops repo is away, and are recorded later', async () => {
    const away = `${ops.path}.away`
    await rename(ops.path, away)
    const frozen = await ops.operate('freeze', '--reason', 'incident 44', '--json')
    const lifted = await ops.operate('unfreeze', '--json')
    await rename(away, ops.path)
    for (const told of [frozen, lifted]) {
      expect(told.code, told.text).toBe(0)
      expect(told.json()).toMatchObject({ recorded: false })
      expect(told.stderr).toContain('It is noted: the next tick records it')
    }
    const before = await ops.paths('vault/ledger')
    await ops.tick()
    expect(await ops.paths('vault/ledger')).toHaveLength(before.length + 2)
  })

  it('needs a reason, holds the dispatcher at once, and is recorded', async () => {
    const silent = await ops.operate('freeze')
    expect(silent.code).toBe(2)
    expect(silent.stderr).toContain('--reason')
    const frozen = await ops.operate('freeze', '--reason', 'incident 42', '--json')
    expect(frozen.code, frozen.text).toBe(0)
    expect(frozen.json()).toMatchObject({ frozen: true, recorded: true })
    await ops.push(ops.people.agent, 'held')
    const tick = await ops.tick()
    expect(tick.code, tick.text).toBe(3)
    expect(tick.lines()).toContainEqual({ id: 'held', tier: 'low', verdict: 'wait', reason: 'frozen' })
    expect(tick.stderr).toContain('incident 42')
    expect(await status()).toMatchObject({ frozen: true, freeze: { reason: 'incident 42', cause: 'operator' } })
    expect(await ops.ran()).not.toContain('held')
  })

  it('is lifted, and what waited runs', async () => {
    expect((await ops.operate('unfreeze')).stdout).toContain('unfrozen')
    expect((await ops.verdicts())['held']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    const again = await ops.operate('unfreeze')
    expect(again.code).toBe(0)
    expect(again.stdout).toContain('not frozen')
  })

  it('and its end hold where they cannot be noted, and say so', async () => {
    const switches = join(ops.stateFolder, 'switches')
    await rm(switches, { recursive: true, force: true })
    await writeFile(switches, 'in the way')
    const frozen = await ops.operate('freeze', '--reason', 'incident 43', '--json')
    expect(frozen.code, frozen.text).toBe(0)
    expect(frozen.json()).toMatchObject({ frozen: true, recorded: false })
    expect(frozen.stderr).toContain('say it again when that is mended')
    expect(frozen.stderr).toContain('the freeze holds here')
    expect(await status()).toMatchObject({ frozen: true })
    const lifted = await ops.operate('unfreeze', '--json')
    expect(lifted.code, lifted.text).toBe(0)
    expect(lifted.json()).toMatchObject({ frozen: false, recorded: false })
    expect(lifted.stderr).toContain('it is lifted here')
    await rm(switches)
  })
})

describe('a main that was rewritten', () => {
  it('freezes the dispatcher; only an operator with --root takes it up again, and used ids stay used', async () => {
    const { alice, agent } = ops.people
    await ops.tick()
    await ops.push(agent, 'before')
    const clone = await ops.cloneOf(alice)
    await clone.update()
    await clone.git('reset', '--quiet', '--hard', 'HEAD~3')
    await clone.commit({ message: 'another history', files: { 'notes.txt': 'hello\n' } })
    await clone.push('--force', 'main')
    const tick = await ops.tick()
    expect(tick.code, tick.text).toBe(3)
    expect(tick.stderr).toContain('main_rewritten')
    expect(tick.lines()).toContainEqual(expect.objectContaining({ id: 'before', verdict: 'wait', reason: 'frozen' }))

    const lifted = await ops.operate('unfreeze')
    expect(lifted.code, lifted.text).toBe(1)
    expect(lifted.stderr).toContain('countersign unfreeze --root COMMIT')
    expect((await ops.operate('unfreeze', '--root', '0'.repeat(40))).code).not.toBe(0)

    const main = await ops.git('rev-parse', 'main')
    // A configuration that is kept elsewhere stays there, with its mode.
    const elsewhere = `${ops.config}.elsewhere`
    await rename(ops.config, elsewhere)
    await chmod(elsewhere, 0o640)
    await symlink(elsewhere, ops.config)
    const accepted = await ops.operate('unfreeze', '--root', main)
    expect(accepted.code, accepted.text).toBe(0)
    expect((await lstat(ops.config)).isSymbolicLink()).toBe(true)
    expect((await stat(elsewhere)).mode & 0o777).toBe(0o640)
    expect(await readFile(elsewhere, 'utf8')).toContain(main)
    await ops.push(agent, 'after')
    await ops.push(agent, 'held')
    expect(await ops.verdicts()).toMatchObject({
      after: { verdict: 'fire', status: 'succeeded' },
      held: { verdict: 'refuse', reason: 'already_fired' },
    })
    expect((await ops.ran()).filter((id) => id === 'held')).toHaveLength(1)
  })

  it('also where only the records of the last tick are gone: what ran does not run again', async () => {
    const { alice, agent } = ops.people
    const before = await ops.git('rev-parse', 'main')
    await ops.push(agent, 'erased')
    expect((await ops.verdicts())['erased']).toMatchObject({ status: 'succeeded' })
    const clone = await ops.cloneOf(alice)
    await clone.update()
    await clone.push('--force', `${before}:main`)
    const tick = await ops.tick()
    expect(tick.code, tick.text).toBe(3)
    expect(tick.stderr).toContain('main_rewritten')
    expect((await ops.operate('unfreeze', '--root', before)).code).toBe(0)
    await ops.push(agent, 'erased')
    expect((await ops.verdicts())['erased']).toMatchObject({ verdict: 'refuse', reason: 'already_fired' })
    expect((await ops.ran()).filter((id) => id === 'erased')).toHaveLength(1)
  })
})
