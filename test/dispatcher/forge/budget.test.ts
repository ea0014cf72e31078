/**
 * How many calls of the API the life of a request costs: `docs/forges.md` states these numbers. Listings are counted
 * apart: one a tick, whatever is open or closed.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import { PULLS_FILE } from '../../../dispatcher/state/pulls-file.js'
import { LIMITS } from '../../../vault/limits.js'
import { startForge, type TestWorld } from '../../support/forge/world/start-forge.js'
import { ForgeOps } from '../../support/forge-ops.js'

// The forges side by side: much of it is waiting for times to be past. At one forge one after the other.
describe.concurrent.each(['forgejo', 'github'] as const)('on %s', (kind) => {
  let forge: TestWorld
  let ops: ForgeOps
  let dispatcher: Dispatcher
  beforeEach(async () => {
    forge = await startForge(kind)
    ops = await ForgeOps.make(forge)
    // A state folder that was there long before: a new one looks for comments of ours on older pull requests.
    const stateFolder = join(ops.folder, 'one', 'state')
    await mkdir(stateFolder, { recursive: true })
    await writeFile(join(stateFolder, PULLS_FILE), JSON.stringify({ version: 1, since: 0, pulls: {} }))
    dispatcher = await ops.dispatcher()
    // What is asked once in the life of a dispatcher, or of a repository: who it is, where it is, its labels.
    for (const [id, formula] of [
      ['first-low', 'touch'],
      ['first-high', 'release'],
    ] as const) {
      await ops.request(id, { formula })
      await tick()
    }
  })
  afterEach(async () => {
    await dispatcher.close()
    await ops.remove()
  })

  const tick = () => ops.tickBy(dispatcher)
  /** Of the dispatcher's account, but for git and for listings. */
  const callsDuring = async (work: () => Promise<unknown>) => {
    const before = forge.server.log.all.length
    await work()
    const own = forge.server.log.all
      .slice(before)
      .filter(({ login, route }) => login === ops.people.robot.login && route !== 'git')
    const isListing = ({ method, target }: (typeof own)[number]) => method === 'GET' && /\/pulls\?/.test(target)
    return {
      listings: own.filter(isListing).length,
      others: own.filter((call) => !isListing(call)).map(({ method, target }) => `${method} ${target}`),
    }
  }

  it.sequential('an idle tick asks for one listing, and for nothing else', async () => {
    await ops.request('waits-high', { formula: 'release' })
    await ops.request('waits-medium', { formula: 'dev' })
    // Our own comment changes them too, and times of a forge have seconds: until the last one is past, each tick looks again.
    for (let look = 0; look < 3; look++) {
      await tick()
      await sleep(LIMITS.forgeSettleMs + 200)
    }
    expect(await callsDuring(tick)).toEqual({ listings: 1, others: [] })
  })

  it.sequential('low: at most 5', async () => {
    const { others } = await callsDuring(async () => {
      await ops.request('low')
      for (let i = 0; i < 3; i++) await tick()
    })
    expect(others.length, others.join('\n')).toBeLessThanOrEqual(5)
  })

  it.sequential('high: at most 9 from opening to fired, and 2 to say how it ended', async () => {
    const { others: waiting } = await callsDuring(async () => {
      const pull = await ops.request('high', { formula: 'release' })
      await tick()
      await ops.as('amy').merge(pull)
    })
    const { others: firing } = await callsDuring(tick)
    const { others: ending } = await callsDuring(tick)
    expect(await ops.ran()).toContain('high')
    const calls = [...waiting, ...firing]
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(9)
    expect(ending.length, ending.join('\n')).toBeLessThanOrEqual(2)
    expect((await callsDuring(tick)).others).toEqual([])
  })
})
