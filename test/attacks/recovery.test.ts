/** Law 8 and the crash model: whatever dies when, an id runs at most once, and somebody is told. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TickLine } from '../../dispatcher/cli/tick-line.js'
import { tickLines } from '../../dispatcher/cli/tick-line.js'
import { type Dispatcher, openDispatcher } from '../../dispatcher/dispatcher.js'
import { VIEW_FILE } from '../../dispatcher/state/view.js'
import { tick } from '../../dispatcher/tick.js'
import { diskFiles } from '../../lib/state/disk-files.js'
import { InstanceLocked } from '../../lib/state/instance-lock.js'
import { LIMITS } from '../../vault/limits.js'
import type { Intent } from '../../vault/record/statement.js'
import { OpsRepo, POLICY } from '../support/ops-repo.js'
import { SILENT } from '../support/test-adapters.js'
import { tickWithoutRuns } from '../support/tick-without-runs.js'

const GATES = POLICY.replace('[tiers]', '[tiers]\ngate = "low"\nagain = "low"\ntried = "low"')
const FIRED = 'vault/fired/2026-11-22'
const HOUR_MS = 60 * 60 * 1000
const AFTER_TAKEOVER_MS = LIMITS.startWindowMs + HOUR_MS + LIMITS.takeoverGraceMs

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make({
    'policy.toml': GATES,
    'formulas/gate.toml': OpsRepo.gate('gate'),
    'formulas/again.toml': OpsRepo.gate('again').replace('version = 1', 'version = 1\nidempotent = true'),
    'formulas/tried.toml': OpsRepo.gate('tried').replace("run = '", "dry_run = true\nrun = '"),
  })
  return () => ops.remove()
})

/** The process ends here: nothing of what it had in hand is done any more. */
async function dies(dispatcher: Dispatcher): Promise<void> {
  dispatcher.launcher.drain()
  await dispatcher.close()
}

/** A claim is on main, and its run was not started. */
async function claimOnly(id: string, name = 'one'): Promise<void> {
  const dispatcher = await ops.dispatcher(name)
  await ops.request(id)
  await tickWithoutRuns(dispatcher)
}

/** A run has begun, and its supervisor was killed with it. */
async function killedRun(id: string, formula: string): Promise<void> {
  const dispatcher = await ops.dispatcher()
  await ops.request(id, { formula })
  await tick(dispatcher, new Set())
  await ops.atGate()
  await killSupervisor(dispatcher, id)
  await dies(dispatcher)
}

async function killSupervisor({ config }: Dispatcher, id: string): Promise<void> {
  const { nonce } = (await ops.record(`${FIRED}/${id}/intent.json`)) as Intent
  const pid = Number.parseInt(await readlink(join(config.stateDir, 'runs', nonce, 'started')), 10)
  process.kill(pid, 'SIGKILL')
}

/** `twice`, whose first run did not come through its gate. */
async function runsAgain(tickOnce: () => Promise<readonly TickLine[]>): Promise<void> {
  await rm(`${ops.trace}.up`)
  const ticking = tickOnce()
  await ops.atGate()
  await ops.openGate()
  expect(await ticking).toMatchObject([{ id: 'twice', status: 'succeeded' }])
  expect(await ops.ran()).toEqual(['twice'])
}

describe('a process that dies', () => {
  it('after the note and before the push: the next one claims and runs it', async () => {
    const dispatcher = await ops.dispatcher()
    dispatcher.repository.remote.push = () => new Promise(() => undefined)
    await ops.request('low')
    void tick(dispatcher, new Set())
    const runs = join(dispatcher.config.stateDir, 'runs')
    while (!existsSync(runs) || (await readdir(runs)).filter((name) => !name.startsWith('.')).length === 0)
      await pause()
    await dies(dispatcher)
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['low'])
  })

  it('after the push and before the start: the next one starts it, once', async () => {
    await claimOnly('low')
    expect(await ops.ran()).toEqual([])
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.tick()).toEqual([])
    expect(await ops.ran()).toEqual(['low'])
  })

  it('while it runs: the run goes on, and the next one records how it ended', async () => {
    const dispatcher = await ops.dispatcher()
    await ops.request('slow', { formula: 'gate' })
    await tick(dispatcher, new Set())
    await ops.atGate()
    await dies(dispatcher)
    await ops.openGate()
    expect(await ops.tick()).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['slow'])
  })

  it('while a dry run goes on: the next one says that it was one', async () => {
    const dispatcher = await ops.dispatcher()
    await ops.request('slow', { formula: 'tried', lines: ['dry_run = true'] })
    await tick(dispatcher, new Set())
    await ops.atGate()
    await dies(dispatcher)
    await ops.openGate()
    expect(await ops.tick()).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    expect(await ops.record(`${FIRED}/slow/outcome.json`)).toMatchObject({ dry_run: true, reason: 'planned_only' })
  })

  it('9: after the run and before its outcome is on main: it does not run again', async () => {
    const dispatcher = await ops.dispatcher()
    dispatcher.recorder.record = (
      (record) => (entry: Parameters<typeof record>[0]) =>
        entry.noun === 'outcome' ? new Promise<never>(() => undefined) : record(entry)
    )(dispatcher.recorder.record.bind(dispatcher.recorder))
    await ops.request('low')
    await tick(dispatcher, new Set())
    while ((await ops.ran()).length === 0) await pause()
    await dies(dispatcher)
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['low'])
  })

  it('with its supervisor, while it ran: indeterminate, and never again', async () => {
    await killedRun('slow', 'gate')
    // What lives on of it is ended before anybody says that it is over.
    expect(await ops.tick()).toMatchObject([{ id: 'slow', status: 'indeterminate' }])
    await ops.openGate()
    expect(await ops.record(`${FIRED}/slow/outcome.json`)).toMatchObject({
      status: 'indeterminate',
      reason: 'end_unknown',
    })
    expect(await ops.tick()).toEqual([])
    await ops.request('slow', { formula: 'gate' })
    expect(await ops.tick()).toMatchObject([{ id: 'slow', reason: 'already_fired' }])
    expect(await ops.ran()).toEqual([])
  })

  it('with its supervisor, while an idempotent one ran: it runs again', async () => {
    await killedRun('twice', 'again')
    await runsAgain(() => ops.tick())
  })

  it('is its supervisor alone, while an idempotent one ran: it runs again under the daemon that lives on', async () => {
    const dispatcher = await ops.dispatcher()
    await ops.request('twice', { formula: 'again' })
    const { launched } = await tick(dispatcher, new Set())
    await ops.atGate()
    await killSupervisor(dispatcher, 'twice')
    expect(await launched.get('twice')).toMatchObject({ status: null })
    await runsAgain(() => ops.tickBy(dispatcher))
    expect(await ops.tickBy(dispatcher)).toEqual([])
    await dispatcher.close()
    expect(await ops.ran()).toEqual(['twice'])
  })

  it('is its supervisor alone, after the time to start: an idempotent one is indeterminate', async () => {
    const dispatcher = await ops.dispatcher()
    await ops.request('late', { formula: 'again' })
    const { launched } = await tick(dispatcher, new Set())
    await ops.atGate()
    ops.passTime(LIMITS.startWindowMs)
    await killSupervisor(dispatcher, 'late')
    expect(await launched.get('late')).toMatchObject({ status: 'indeterminate' })
    expect(await ops.tickBy(dispatcher)).toEqual([])
    await dispatcher.close()
    expect(await ops.ran()).toEqual([])
  })

  it('once more before the second run of an idempotent one: nobody says that it was never started', async () => {
    await killedRun('twice', 'again')
    const { nonce } = (await ops.record(`${FIRED}/twice/intent.json`)) as Intent
    const dispatcher = await ops.dispatcher()
    await tickWithoutRuns(dispatcher)
    expect(await dispatcher.runner.state(nonce)).toEqual({ kind: 'noted' })
    ops.passTime(LIMITS.startWindowMs)
    expect(await ops.tick()).toMatchObject([{ id: 'twice', status: 'indeterminate' }])
    expect(await ops.record(`${FIRED}/twice/outcome.json`)).toMatchObject({ reason: 'end_unknown' })
    expect(await ops.ran()).toEqual([])
  })

  it('once more between the first and the second run of an idempotent one: the second one comes', async () => {
    await killedRun('twice', 'again')
    const { nonce } = (await ops.record(`${FIRED}/twice/intent.json`)) as Intent
    const dispatcher = await ops.dispatcher()
    dispatcher.runner.note = () => new Promise(() => undefined)
    await tick(dispatcher, new Set())
    while ((await dispatcher.runner.state(nonce)).kind !== 'unknown') await pause()
    await dies(dispatcher)
    await runsAgain(() => ops.tick())
  })

  it('and whose disk takes nothing when the next one finds its claim, under a set that has changed since: it is started', async () => {
    await claimOnly('low')
    await ops.put({ 'formulas/dev.toml': OpsRepo.formula('dev').replace('version = 1', 'version = 2') }, ops.keys.alice)
    const { config, adapters } = await ops.configure()
    let isFull = true
    const write = (path: string, text: string) =>
      isFull && path.endsWith(VIEW_FILE) ? Promise.reject(new Error('ENOSPC')) : diskFiles.write(path, text)
    const place = { ...adapters.place, files: { ...diskFiles, write } }
    const dispatcher = await openDispatcher(config, { ...adapters, place }, SILENT)
    await expect(tick(dispatcher, new Set())).rejects.toThrow('ENOSPC')
    isFull = false
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'succeeded' }])
    await dispatcher.close()
    expect(await ops.ran()).toEqual(['low'])
  })
})

describe('time', () => {
  it('53: a claim that waited too long in the queue is not started any more', async () => {
    const dispatcher = await ops.dispatcher('one', { concurrency: 1 })
    await ops.request('a-slow', { formula: 'gate' })
    await ops.request('b-queued')
    const ticked = await tick(dispatcher, new Set())
    await ops.atGate()
    ops.passTime(LIMITS.startWindowMs)
    await ops.openGate()
    const lines = new Map((await tickLines(ticked)).map((line) => [line.id, line]))
    await dispatcher.close()
    expect(lines.get('b-queued')).toMatchObject({ status: 'cancelled' })
    expect(await ops.record(`${FIRED}/b-queued/outcome.json`)).toMatchObject({ reason: 'not_started_in_time' })
    expect(await ops.ran()).toEqual(['a-slow'])
  })

  it('a claim that is found too late is cancelled, not started', async () => {
    await claimOnly('low')
    ops.passTime(LIMITS.startWindowMs)
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'cancelled' }])
    expect(await ops.ran()).toEqual([])
  })

  it('a claim that was found too late never starts, where its push is given up and the clock is set right', async () => {
    await claimOnly('low')
    ops.passTime(LIMITS.startWindowMs)
    const dispatcher = await ops.dispatcher()
    const pushed = new Promise<void>((resolve) => {
      dispatcher.repository.remote.push = () => {
        resolve()
        return new Promise(() => undefined)
      }
    })
    await tick(dispatcher, new Set())
    await pushed
    await dies(dispatcher)
    ops.passTime(-LIMITS.startWindowMs)
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'cancelled' }])
    expect(await ops.record(`${FIRED}/low/outcome.json`)).toMatchObject({ reason: 'not_started_in_time' })
    expect(await ops.ran()).toEqual([])
  })

  it('a clock that steps back an hour changes nothing that was decided', async () => {
    await ops.request('before')
    await ops.tick()
    await claimOnly('claimed')
    ops.passTime(-HOUR_MS)
    await ops.request('before')
    await ops.request('after')
    const lines = new Map((await ops.tick()).map((line) => [line.id, line]))
    expect(lines.get('before')).toMatchObject({ reason: 'already_fired' })
    expect(lines.get('claimed')).toMatchObject({ status: 'succeeded' })
    expect(lines.get('after')).toMatchObject({ status: 'succeeded' })
    expect((await ops.ran()).filter((id) => id === 'before')).toHaveLength(1)
    expect((await ops.records()).filter((path) => path.includes('incident'))).toEqual([])
  })

  it('an action that expires while it waits does not fire, on a branch or on main', async () => {
    const lines = ['expires_at = 2026-11-22T09:00:00Z']
    await ops.request('branch', { formula: 'release', lines }, ops.keys.agent)
    const head = await ops.request('main', { formula: 'release', lines }, ops.keys.agent)
    expect(await ops.tick()).toMatchObject([
      { reason: 'awaiting_admin_merge', until: '2026-11-22T09:00:00.000Z' },
      { reason: 'awaiting_admin_merge', until: '2026-11-22T09:00:00.000Z' },
    ])
    await ops.approve(head, ops.keys.alice)
    ops.passTime(HOUR_MS)
    const expired = await ops.tick()
    expect(expired.map(({ verdict, reason }) => `${verdict} ${reason}`)).toEqual(['refuse expired', 'refuse expired'])
    expect(await ops.ran()).toEqual([])
  })
})

describe('an index of used ids', () => {
  /** It fired, and its branch stays. */
  async function firedAndStays(): Promise<string> {
    await ops.remote.git(['config', 'receive.denyDeletes', 'true'])
    await ops.request('low')
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.tick()).toEqual([])
    return join(ops.remote.folder, 'one', 'state', 'used')
  }

  it('that was lost alone is read anew: nothing runs twice', async () => {
    await rm(await firedAndStays(), { recursive: true })
    expect(await ops.tick()).toEqual([])
    expect(await ops.ran()).toEqual(['low'])
  })

  it('that lacks an id has its record written over by nobody', async () => {
    await writeFile(join(await firedAndStays(), 'recent'), '\nother 2026-11-22')
    const before = await ops.bytes(`${FIRED}/low/intent.json`)
    await ops.tick()
    expect(await ops.ran()).toEqual(['low'])
    expect(await ops.bytes(`${FIRED}/low/intent.json`)).toEqual(before)
  })
})

describe('another instance', () => {
  const pinned = async (name: string) => {
    const { config, adapters } = await ops.configure(name)
    return (await adapters.signer(config.keyPath)).publicKey
  }

  it('28, 52: does not start what a first one of the same name and key claimed', async () => {
    await claimOnly('low')
    const { config } = await ops.configure('one')
    const twin = { name: 'one', keyPath: config.keyPath, stateDir: join(ops.remote.folder, 'twin') }
    expect(await ops.tick('twin', twin)).toEqual([])
    expect(await ops.ran()).toEqual([])
  })

  it('takes over after start window, time limit and grace: indeterminate, and the late truth lies beside it', async () => {
    const first = await ops.dispatcher()
    await ops.request('slow', { formula: 'gate' })
    const ticked = await tick(first, new Set())
    await ops.atGate()
    const second = { trustedKeys: [await pinned('one')] }
    ops.passTime(AFTER_TAKEOVER_MS - 1)
    expect(await ops.tick('two', second)).toEqual([])
    ops.passTime(1)
    expect(await ops.tick('two', second)).toMatchObject([{ id: 'slow', status: 'indeterminate' }])
    await ops.openGate()
    expect(await tickLines(ticked)).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    const { instance } = ((await ops.record(`${FIRED}/slow/intent.json`)) as Intent).dispatcher
    await first.close()
    expect(await ops.record(`${FIRED}/slow/outcome.json`, 'two')).toMatchObject({ reason: 'taken_over' })
    expect(await ops.record(`${FIRED}/slow/outcome-${instance}.json`)).toMatchObject({ status: 'succeeded' })
    expect(await ops.tick('two', second)).toEqual([])
    expect((await ops.records()).filter((path) => path.includes('incident'))).toEqual([])
  })

  it('51, 28: never shares a state folder with one that lives, and takes the lock of one that died', async () => {
    const dispatcher = await ops.dispatcher()
    await expect(ops.tick()).rejects.toThrow(InstanceLocked)
    await dispatcher.close()
    const dead = spawn('true')
    await new Promise((resolve) => dead.on('close', resolve))
    const lock = join(ops.remote.folder, 'one', 'state', 'lock')
    for (const left of [JSON.stringify({ pid: dead.pid, started: '1' }), '{"pid":', '']) {
      await writeFile(lock, left)
      await ops.request(`low-${left.length}`)
      expect(await ops.tick()).toMatchObject([{ status: 'succeeded' }])
    }
  })
})

const pause = () => new Promise((resolve) => setTimeout(resolve, 10))
