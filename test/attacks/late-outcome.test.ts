/** Section 7: what becomes of a claim that another dispatcher called indeterminate, when its own one comes back. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { endedAction } from '../../dispatcher/cli/ended-action.js'
import type { Config } from '../../dispatcher/config.js'
import type { Dispatcher } from '../../dispatcher/dispatcher.js'
import { readStanding } from '../../dispatcher/request/standing.js'
import { VIEW_FILE } from '../../dispatcher/state/view.js'
import { tick } from '../../dispatcher/tick.js'
import { createDispatcherKey, loadDispatcherKey } from '../../lib/signing/dispatcher-key.js'
import { recordVerifier } from '../../lib/signing/record-verifier.js'
import { parseActionId } from '../../vault/action/id.js'
import { sha256Hex } from '../../vault/digest.js'
import { LIMITS } from '../../vault/limits.js'
import { plan } from '../../vault/plan/plan.js'
import type { Step } from '../../vault/plan/step.js'
import { sealRecord } from '../../vault/record/seal.js'
import { type Intent, outcomeStatement } from '../../vault/record/statement.js'
import type { Files } from '../support/git-repo.js'
import { OpsRepo, POLICY } from '../support/ops-repo.js'
import { tickWithoutRuns } from '../support/tick-without-runs.js'

const FIRED = 'vault/fired/2026-11-22'
const HOUR_MS = 60 * 60 * 1000
const AFTER_TAKEOVER_MS = LIMITS.startWindowMs + HOUR_MS + LIMITS.takeoverGraceMs
/** Knows no key but its own. */
const ALONE: Partial<Config> = { trustedKeys: [] }

let ops: OpsRepo
let one: Partial<Config>
let two: Partial<Config>
beforeEach(async () => {
  const tiers = '[tiers]\ngate = "low"\nagain = "low"'
  ops = await OpsRepo.make({
    'policy.toml': POLICY.replace('[tiers]', tiers),
    'formulas/gate.toml': OpsRepo.gate('gate'),
    'formulas/again.toml': OpsRepo.gate('again').replace('version = 1', 'version = 1\nidempotent = true'),
  })
  for (const name of ['one', 'two']) await ops.configure(name)
  const keyOf = (name: string) => loadDispatcherKey(join(ops.remote.folder, name, 'dispatcher.key')).publicKey
  one = { trustedKeys: [keyOf('two')] }
  two = { trustedKeys: [keyOf('one')] }
  return () => ops.remove()
})

const intentOf = async (id: string) => (await ops.record(`${FIRED}/${id}/intent.json`)) as Intent
const lateOf = async (id: string) => `${FIRED}/${id}/outcome-${(await intentOf(id)).dispatcher.instance}.json`
const incidents = async () => (await ops.records()).filter((path) => path.includes('incident'))
const outcomes = async () => (await ops.records()).filter((path) => path.includes('/outcome'))

const runsOf = async (name: string) =>
  (await readdir(join(ops.remote.folder, name, 'state', 'runs'))).filter((each) => !each.startsWith('.'))

/** An end that nobody saw, in the name of this instance, by a key that nobody knows. */
async function forgedEnd(id: string, instance: string): Promise<Buffer> {
  const intent = await intentOf(id)
  const key = createDispatcherKey(join(ops.remote.folder, 'forger.key'))
  const statement = outcomeStatement((await ops.bytes(`${FIRED}/${id}/action.toml`)) ?? Buffer.of(), {
    ...{ id: intent.id, intent_sha256: sha256Hex((await ops.bytes(`${FIRED}/${id}/intent.json`)) ?? Buffer.of()) },
    ...{ status: 'succeeded', reason: 'ended', dry_run: false, exit_code: 0, failed_step: null },
    ...{ started_at: null, ended_at: intent.claimed_at, outputs: {}, log_sha256: null, log_tail: '' },
    ...{ external_id: null, dispatcher: { ...intent.dispatcher, instance, key: key.keyId } },
  })
  return Buffer.from(sealRecord(statement, key))
}

/** What `status` and `request --wait` say of it, where both keys are pinned. */
async function told(id: string) {
  const dispatcher = await ops.dispatcher('two', two)
  try {
    const { repository, config } = dispatcher
    const own = loadDispatcherKey(config.keyPath).publicKey
    const verifier = recordVerifier([own, ...config.trustedKeys])
    const main = await ops.main()
    await repository.remote.fetch(['refs/heads/main'])
    const ground = { repository, main, verifier, needsKnownKey: true, refs: await repository.remote.list() }
    const ended = await endedAction(id, repository, { main }, verifier)
    const standing = await readStanding(ground, parseActionId(id)!, null)
    return { status: ended?.status, standing: standing.kind === 'fired' ? standing.status : standing.kind }
  } finally {
    await dispatcher.close()
  }
}

async function dies(dispatcher: Dispatcher): Promise<void> {
  dispatcher.launcher.drain()
  await dispatcher.close()
}

/** Somebody brings this to main while writing is off; the run ends and is told; then writing is on again. */
async function endsWhileNothingIsUndone(files: Files): Promise<void> {
  const policy = String(await ops.bytes('policy.toml'))
  await ops.put({ 'policy.toml': policy.replace('enabled = true', 'enabled = false') }, ops.keys.alice)
  await ops.put(files)
  const dispatcher = await ops.dispatcher('one', ALONE)
  const { launched } = await tick(dispatcher, new Set())
  await ops.openGate()
  expect(await Promise.all(launched.values())).toMatchObject([{ status: 'succeeded' }])
  await dispatcher.close()
  await ops.put({ 'policy.toml': policy }, ops.keys.alice)
  await ops.tick('one', ALONE)
}

async function claim(id: string, formula: string, hasStarted: boolean): Promise<void> {
  const dispatcher = await ops.dispatcher('one', one)
  await ops.request(id, { formula })
  if (!hasStarted) return tickWithoutRuns(dispatcher)
  await tick(dispatcher, new Set())
  await ops.atGate()
  await dies(dispatcher)
}

describe('a claim that was taken over', () => {
  it('and whose run went on without its dispatcher: the truth is recorded beside it when that is back', async () => {
    await claim('slow', 'gate', true)
    ops.passTime(AFTER_TAKEOVER_MS)
    expect(await ops.tick('two', two)).toMatchObject([{ id: 'slow', status: 'indeterminate' }])
    await ops.openGate()
    expect(await ops.tick('one', one)).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    const { instance } = (await intentOf('slow')).dispatcher
    expect(await ops.record(`${FIRED}/slow/outcome-${instance}.json`)).toMatchObject({ status: 'succeeded' })
    expect(await ops.record(`${FIRED}/slow/outcome.json`, 'two')).toMatchObject({ reason: 'taken_over' })
    for (const [name, config] of [['one', one] as const, ['two', two] as const])
      expect(await ops.tick(name, config)).toEqual([])
    expect(await ops.ran()).toEqual(['slow'])
    expect(await incidents()).toEqual([])
  })

  it('and that never started: it does not start, though its dispatcher has a clock that is behind', async () => {
    await claim('queued', 'touch', false)
    ops.passTime(AFTER_TAKEOVER_MS)
    expect(await ops.tick('two', two)).toMatchObject([{ id: 'queued', status: 'indeterminate' }])
    ops.passTime(-AFTER_TAKEOVER_MS)
    expect(await ops.tick('one', one)).toEqual([])
    expect(await ops.ran()).toEqual([])
    expect(await outcomes()).toEqual([`${FIRED}/queued/outcome.json`])
    expect(await runsOf('one')).toEqual([])
  })

  it.each([
    ['has ended', true],
    ['goes on', false],
  ])('and whose run %s: the truth is told, too, by a dispatcher that reads main anew', async (_, hasEnded) => {
    await claim('slow', 'gate', true)
    ops.passTime(AFTER_TAKEOVER_MS)
    await ops.tick('two', two)
    if (hasEnded) {
      await ops.openGate()
      while ((await ops.ran()).length === 0) await sleep(20)
    }
    await rm(join(ops.remote.folder, 'one', 'state', VIEW_FILE))
    const ticking = ops.tick('one', one)
    await ops.openGate()
    expect(await ticking).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    expect(await ops.record(await lateOf('slow'))).toMatchObject({ status: 'succeeded' })
    expect(await ops.tick('one', one)).toEqual([])
    expect(await runsOf('one')).toEqual([])
    expect(await incidents()).toEqual([])
  })

  it('behind a forged end that takes its place: whoever asks how it ended is told that by the known keys', async () => {
    await claim('slow', 'gate', true)
    await ops.tick('two', two)
    await ops.put({ [`${FIRED}/slow/outcome.json`]: await forgedEnd('slow', 'nobody') })
    ops.passTime(AFTER_TAKEOVER_MS)
    expect(await told('slow')).toEqual({ status: undefined, standing: null })
    await ops.tick('two', two)
    expect(await told('slow')).toEqual({ status: 'indeterminate', standing: 'indeterminate' })
    await ops.openGate()
    await ops.tick('one', one)
    expect(await told('slow')).toEqual({ status: 'succeeded', standing: 'succeeded' })
  })

  it('and the record of that was removed: the truth does not take its place', async () => {
    await claim('slow', 'gate', true)
    ops.passTime(AFTER_TAKEOVER_MS)
    await ops.tick('two', two)
    const said = await ops.bytes(`${FIRED}/slow/outcome.json`)
    await ops.put({ [`${FIRED}/slow/outcome.json`]: null })
    await ops.openGate()
    expect(await ops.tick('one', one)).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    await ops.tick('one', one)
    expect(await ops.bytes(`${FIRED}/slow/outcome.json`)).toEqual(said)
    const { instance } = (await intentOf('slow')).dispatcher
    expect(await ops.record(`${FIRED}/slow/outcome-${instance}.json`)).toMatchObject({ status: 'succeeded' })
  })

  it.each([
    ['that was not seen yet', false],
    ['that was seen and taken in', true],
  ])(
    'by a key that is not pinned, in a record %s, and it was removed while nothing may be put back: it goes beside that, too',
    async (_, isSeen) => {
      await claim('slow', 'gate', true)
      ops.passTime(AFTER_TAKEOVER_MS)
      await ops.tick('two', two)
      if (isSeen) {
        const before = await ops.dispatcher('one', ALONE)
        await tick(before, new Set())
        await dies(before)
      }
      const first = `${FIRED}/slow/outcome.json`
      const said = await ops.bytes(first)
      await endsWhileNothingIsUndone({ [first]: null })
      expect(await ops.bytes(first)).toEqual(said)
      expect(await ops.record(await lateOf('slow'))).toMatchObject({ status: 'succeeded' })
    },
  )

  it('and somebody told an end in its place under the name of another one: the truth is not held up by that', async () => {
    await claim('slow', 'gate', true)
    ops.passTime(AFTER_TAKEOVER_MS)
    await ops.tick('two', two)
    const { instance } = (await ops.record(`${FIRED}/slow/outcome.json`, 'two')).dispatcher
    await endsWhileNothingIsUndone({ [await lateOf('slow')]: await forgedEnd('slow', instance) })
    expect(await ops.record(await lateOf('slow'))).toMatchObject({ status: 'succeeded' })
  })

  it('and somebody told an end in its own name: that is undone, then the truth is told, and is not undone with it', async () => {
    await claim('slow', 'gate', true)
    ops.passTime(AFTER_TAKEOVER_MS)
    await ops.tick('two', two)
    const { instance } = (await intentOf('slow')).dispatcher
    const forged = await forgedEnd('slow', instance)
    await ops.put({ [await lateOf('slow')]: forged, 'vault/fired/note.txt': 'x' })
    await ops.openGate()
    const dispatcher = await ops.dispatcher('one', one)
    const snapshot = await dispatcher.observer.observe(ops.now)
    const planned = plan(snapshot)
    const only = (isMeant: (step: Step) => boolean) =>
      dispatcher.applier.apply({ ...planned, steps: planned.steps.filter(isMeant) }, snapshot, new Set())
    const tell = async () => Promise.all((await only(({ kind }) => kind !== 'undo')).launched.values())
    await tell()
    expect(await ops.bytes(await lateOf('slow'))).toEqual(forged)
    await only(({ kind }) => kind === 'undo')
    await tell()
    // Again, by a tick that looked before all this.
    await only(({ kind }) => kind === 'undo')
    await dispatcher.close()
    expect(await ops.record(await lateOf('slow'))).toMatchObject({ status: 'succeeded' })
    expect(await ops.records()).not.toContain('vault/fired/note.txt')
    expect(await incidents()).toHaveLength(1)
    expect(await ops.tick('one', one)).toEqual([])
    expect(await incidents()).toHaveLength(1)
  })

  it.each([
    ['where its late end would go: the takeover goes where the first end does', 'one place'],
    ['in both places: nothing is written over either', 'both'],
  ])('and somebody told an end in the name of who takes over, %s', async (_, where) => {
    await claim('queued', 'touch', false)
    const second = await ops.dispatcher('two', two)
    const { instance } = second.scribe.dispatcher
    const bytes = await forgedEnd('queued', instance)
    const late = `${FIRED}/queued/outcome-${instance}.json`
    const first = `${FIRED}/queued/outcome.json`
    await ops.put(where === 'both' ? { [late]: bytes, [first]: bytes } : { [late]: bytes })
    ops.passTime(AFTER_TAKEOVER_MS)
    await ops.tickBy(second)
    await second.close()
    await ops.tick('two', two)
    expect(await ops.bytes(late)).toEqual(bytes)
    if (where === 'both') expect(await ops.bytes(first)).toEqual(bytes)
    else expect(await ops.record(first, 'two')).toMatchObject({ status: 'indeterminate', reason: 'taken_over' })
    expect(await incidents()).toEqual([])
  })

  it('is not taken over again, by anybody', async () => {
    await claim('queued', 'touch', false)
    ops.passTime(AFTER_TAKEOVER_MS)
    await ops.tick('two', two)
    ops.passTime(AFTER_TAKEOVER_MS)
    expect(await ops.tick('two', two)).toEqual([])
    expect(await ops.tick('three', { trustedKeys: [...(one.trustedKeys ?? []), ...(two.trustedKeys ?? [])] })).toEqual(
      [],
    )
    expect(await outcomes()).toHaveLength(1)
  })
})

describe('a push that was given up', () => {
  it('arrives when its process is dead and the next one tells the same end: it is told once', async () => {
    await claim('slow', 'gate', true)
    await ops.openGate()
    const first = await ops.dispatcher('one', one)
    let late: Parameters<typeof first.repository.remote.push>[0] = []
    first.repository.remote.push = (updates) => {
      late = updates
      return new Promise(() => undefined)
    }
    await tick(first, new Set())
    while (late.length === 0) await sleep(20)
    await dies(first)
    const second = await ops.dispatcher('one', one)
    const push = second.repository.remote.push.bind(second.repository.remote)
    second.repository.remote.push = async (updates) => {
      second.repository.remote.push = push
      await push(late)
      return push(updates)
    }
    expect(await ops.tickBy(second)).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    await second.close()
    expect(await outcomes()).toEqual([`${FIRED}/slow/outcome.json`])
    expect(await ops.ran()).toEqual(['slow'])
  })
})

describe("another instance's claim, before its time is over", () => {
  it.each([
    ['not started', 'touch', false],
    ['running', 'gate', true],
    ['running, of an idempotent formula', 'again', true],
  ])('is not touched: %s', async (_, formula, hasStarted) => {
    await claim('theirs', formula, hasStarted)
    for (const ms of [0, LIMITS.startWindowMs, HOUR_MS + LIMITS.takeoverGraceMs - 1]) {
      ops.passTime(ms)
      expect(await ops.tick('two', two)).toEqual([])
    }
    expect(await outcomes()).toEqual([])
    expect(await ops.ran()).toEqual([])
    // What runs has to end before its folder goes, or it waits there for ever.
    await ops.openGate()
    while (hasStarted && (await ops.ran()).length === 0) await sleep(20)
  })
})
