/** A clock that steps: nothing is dated before an earlier record, what has expired stays so, nothing runs twice. */
import { beforeEach, describe, expect, it } from 'vitest'
import { Daemon } from '../../dispatcher/daemon.js'
import { type Dispatcher, openDispatcher } from '../../dispatcher/dispatcher.js'
import type { Log } from '../../lib/log/port.js'
import { OpsRepo } from '../support/ops-repo.js'
import { SILENT } from '../support/test-adapters.js'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const BACK = 'the clock went back: until it has caught up, the greatest time that was seen counts'

let ops: OpsRepo
let told: { readonly fields: object; readonly message: string }[]
beforeEach(async () => {
  ops = await OpsRepo.make()
  told = []
  return () => ops.remove()
})

const keep = (fields: object, message: string) => void told.push({ fields, message })
const log: Log = { ...SILENT, warn: keep, info: keep }
const messages = () => told.map(({ message }) => message).filter((message) => /clock/.test(message))
const claimedAt = async (id: string) => {
  const path = (await ops.records()).find((each) => each.endsWith(`/${id}/intent.json`)) ?? ''
  return Date.parse(((await ops.record(path)) as { claimed_at: string }).claimed_at)
}
const expiring = (at: number) => ({ lines: [`expires_at = ${new Date(at).toISOString().slice(0, 19)}Z`] })

async function start(): Promise<Dispatcher> {
  const { config, adapters } = await ops.configure()
  return openDispatcher(config, adapters, log)
}

describe.each([
  ['while it runs', async (dispatcher: Dispatcher) => dispatcher],
  [
    'between two starts',
    async (dispatcher: Dispatcher) => {
      await dispatcher.close()
      return start()
    },
  ],
])('an hour back, %s', (_, between) => {
  it('no claim is dated before the last record, it is said once, and said when it is over', async () => {
    let dispatcher = await start()
    await ops.request('first')
    await ops.tickBy(dispatcher)
    const before = await claimedAt('first')
    ops.passTime(-HOUR_MS)
    dispatcher = await between(dispatcher)
    await ops.request('second')
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'second', status: 'succeeded' }])
    expect(await claimedAt('second')).toBe(before)
    await ops.tickBy(dispatcher)
    expect(messages()).toEqual([BACK])
    expect(told.find(({ message }) => message === BACK)?.fields).toMatchObject({
      behindSeconds: 3_600,
      counts: new Date(before).toISOString(),
      remedy: expect.stringContaining('seen.json'),
    })
    ops.passTime(HOUR_MS + MINUTE_MS)
    await ops.request('third')
    await ops.tickBy(dispatcher)
    expect(await claimedAt('third')).toBe(before + MINUTE_MS)
    expect(messages()).toEqual([BACK, 'the clock has caught up'])
    expect(await ops.ran()).toEqual(['first', 'second', 'third'])
    await dispatcher.close()
  })

  it('what has expired stays expired', async () => {
    let dispatcher = await start()
    await ops.request('late', expiring(ops.now - MINUTE_MS))
    await ops.request('other')
    const lines = await ops.tickBy(dispatcher)
    expect(lines.find(({ id }) => id === 'late')).toMatchObject({ verdict: 'refuse', reason: 'expired' })
    ops.passTime(-HOUR_MS)
    dispatcher = await between(dispatcher)
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'late', verdict: 'refuse', reason: 'expired' }])
    expect(await ops.ran()).toEqual(['other'])
    await dispatcher.close()
  })
})

it('an hour forward and back again: each action runs once, and what came to be due meanwhile is not undone', async () => {
  const dispatcher = await start()
  await ops.request('held', expiring(ops.now + 30 * MINUTE_MS))
  await ops.remote.hook('pre-receive', 'exit 1')
  await ops.tickBy(dispatcher)
  await ops.remote.hook('pre-receive', 'exit 0')
  ops.passTime(HOUR_MS)
  expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'held', verdict: 'refuse', reason: 'expired' }])
  ops.passTime(-HOUR_MS)
  await ops.request('now')
  const lines = await ops.tickBy(dispatcher)
  expect(lines.find(({ id }) => id === 'held')).toMatchObject({ verdict: 'refuse', reason: 'expired' })
  expect(await ops.ran()).toEqual(['now'])
  await dispatcher.close()
})

it('a claim that waited for its start past its time stays cancelled when the clock goes back', async () => {
  let dispatcher = await start()
  await ops.request('waits')
  const { runner } = dispatcher
  runner.run = () => Promise.reject(new Error('the process died here'))
  await ops.tickBy(dispatcher)
  await dispatcher.close()
  ops.passTime(7 * HOUR_MS)
  dispatcher = await start()
  expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'waits', status: 'cancelled' }])
  ops.passTime(-7 * HOUR_MS)
  await ops.tickBy(dispatcher)
  expect(await ops.ran()).toEqual([])
  await dispatcher.close()
})

it('a daemon that waits after a failure is not silenced by a clock that goes back', async () => {
  const dispatcher = await start()
  const daemon = new Daemon(dispatcher, SILENT)
  const { list } = dispatcher.repository.remote
  let asked = 0
  dispatcher.repository.remote.list = () => {
    asked++
    return Promise.reject(new Error('gone'))
  }
  await daemon.wake()
  await daemon.wake()
  expect(asked).toBe(1)
  ops.passTime(-HOUR_MS)
  await daemon.wake()
  expect(asked).toBe(2)
  dispatcher.repository.remote.list = list
  await dispatcher.close()
})
