/** `[write] enabled = false` and the freeze: from the next tick on nothing is claimed, and what runs is recorded all the same. */
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { tickLines } from '../../dispatcher/cli/tick-line.js'
import { FreezeFile } from '../../dispatcher/state/freeze-file.js'
import { tick } from '../../dispatcher/tick.js'
import { OpsRepo, POLICY } from '../support/ops-repo.js'

const GATE = POLICY.replace('[tiers]', '[tiers]\ngate = "low"')
const ON = { 'policy.toml': GATE }
const OFF = { 'policy.toml': GATE.replace('enabled = true', 'enabled = false') }

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make({ ...ON, 'formulas/gate.toml': OpsRepo.gate('gate') })
  return () => ops.remove()
})

const refs = () => ops.remote.git(['for-each-ref'])
const freezeFile = () => new FreezeFile(join(ops.remote.folder, 'one', 'state'))
const freeze = () => freezeFile().write({ reason: 'fire drill', cause: 'operator', since: ops.now })
const thaw = () => freezeFile().clear()

describe('write disabled', () => {
  it('nothing at all is written to the remote', async () => {
    await ops.request('fired')
    await ops.tick()
    await ops.put(OFF, ops.keys.alice)
    await ops.request('low')
    await ops.request('bad', { formula: 'nobody' })
    const head = await ops.request('rel', { formula: 'release' }, ops.keys.agent)
    await ops.approve(head, ops.keys.alice)
    await ops.put({
      'vault/actions/direct.toml': ops.action('direct', { formula: 'dev' }),
      'vault/actions/late.toml': ops.action('late', { lines: ['expires_at = 2026-11-22T07:00:00Z'] }),
      'vault/fired/2026-11-22/fired/outcome.json': null,
      'vault/actions/README.md': null,
    })
    await ops.remote.setRef('vault/contained', ops.root)
    const before = await refs()
    const lines = new Map((await ops.tick()).map((line) => [line.id, line]))
    expect(await refs()).toBe(before)
    expect(lines.get('low')).toMatchObject({ verdict: 'wait', reason: 'write_disabled' })
    expect(lines.get('rel')).toMatchObject({ verdict: 'wait', reason: 'write_disabled' })
    expect(lines.get('bad')).toMatchObject({ verdict: 'refuse', reason: 'formula_missing' })
    expect(await ops.ran()).toEqual(['fired'])
    // And on again: everything that waited is done, and what was foreign meanwhile is undone.
    await ops.put(ON, ops.keys.alice)
    await ops.tick()
    expect([...(await ops.ran())].sort()).toEqual(['fired', 'low', 'rel'])
    expect(await ops.records()).toContain('vault/fired/2026-11-22/fired/outcome.json')
    expect(await ops.remote.ref('vault/contained')).toBeNull()
    expect(await ops.remote.paths('main', 'vault/actions')).toEqual(['vault/actions/README.md'])
  })

  it('a writer cannot switch it on', async () => {
    await ops.put(OFF, ops.keys.alice)
    await ops.put(ON, ops.keys.bob)
    await ops.request('low')
    expect(await ops.tick()).toMatchObject([{ id: 'low', verdict: 'wait', reason: 'write_disabled' }])
  })
})

describe('what runs when the switch is thrown', () => {
  it.each([
    ['write disabled', 'write_disabled', () => ops.put(OFF, ops.keys.alice)],
    ['frozen', 'frozen', freeze],
  ])('%s: its outcome is recorded, and no other is claimed', async (_, reason, stop) => {
    const dispatcher = await ops.dispatcher()
    await ops.request('slow', { formula: 'gate' })
    const first = await tick(dispatcher, new Set())
    await ops.atGate()
    await stop()
    await ops.request('low')
    const second = await tick(dispatcher, new Set(first.launched.keys()))
    expect(await tickLines(second)).toMatchObject([{ id: 'low', verdict: 'wait', reason }])
    await ops.openGate()
    expect(await tickLines(first)).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    await dispatcher.close()
    expect(await ops.record('vault/fired/2026-11-22/slow/outcome.json')).toMatchObject({ status: 'succeeded' })
    expect(await ops.ran()).toEqual(['slow'])
  })

  it.each([
    // From the next tick on.
    ['write disabled', () => ops.put(OFF, ops.keys.alice), () => ops.put(ON, ops.keys.alice), true],
    // At once.
    ['frozen', freeze, thaw, false],
  ])('%s: what is claimed and waits for its turn is not started, until it is lifted', async (_, stop, lift, ticks) => {
    const dispatcher = await ops.dispatcher('one', { concurrency: 1 })
    await ops.request('a-slow', { formula: 'gate' })
    await ops.request('b-waits')
    const first = await tick(dispatcher, new Set())
    await ops.atGate()
    await stop()
    if (ticks) await tick(dispatcher, new Set(first.launched.keys()))
    await ops.openGate()
    const ended = new Map((await tickLines(first)).map(({ id, status }) => [id, status]))
    expect([ended.get('a-slow'), ended.get('b-waits')]).toEqual(['succeeded', undefined])
    expect(await ops.tickBy(dispatcher)).toEqual([])
    expect(await ops.ran()).toEqual(['a-slow'])
    await lift()
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'b-waits', status: 'succeeded' }])
    await dispatcher.close()
    expect(await ops.ran()).toEqual(['a-slow', 'b-waits'])
  })

  it('frozen after a crash: what has ended is recorded, what was not started is not started', async () => {
    const dispatcher = await ops.dispatcher('one', { concurrency: 1 })
    await ops.request('a-slow', { formula: 'gate' })
    await ops.request('b-noted')
    await tick(dispatcher, new Set())
    await ops.atGate()
    dispatcher.launcher.drain()
    await dispatcher.close()
    await freeze()
    await ops.openGate()
    expect(await ops.tick()).toMatchObject([{ id: 'a-slow', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['a-slow'])
    await thaw()
    expect(await ops.tick()).toMatchObject([{ id: 'b-noted', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['a-slow', 'b-noted'])
  })
})
