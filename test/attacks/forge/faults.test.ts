/** A forge that fails in the middle: nothing is decided by it, it is asked again, and nothing is said twice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import { FAULTS } from '../../support/forge/faults/fault.js'
import { startForge, type TestWorld } from '../../support/forge/world/start-forge.js'
import { ForgeOps } from '../../support/forge-ops.js'

describe.each(['forgejo', 'github'] as const)('on %s', (kind) => {
  let forge: TestWorld
  let ops: ForgeOps
  let dispatcher: Dispatcher
  beforeAll(async () => {
    forge = await startForge(kind)
    ops = await ForgeOps.make(forge)
    dispatcher = await ops.dispatcher()
    await ops.tickBy(dispatcher)
  })
  afterAll(async () => {
    await dispatcher.close()
    await ops.remove()
  })

  const verdictOn = (id: string) => ops.verdictOn(dispatcher, id)
  const until = (id: string) => ops.settled(dispatcher, id)
  const commentsOn = async (pull: number) =>
    (await ops.as('bob').api<{ body: string }[]>('GET', `/issues/${pull}/comments`)).length

  it.each([
    ['500', FAULTS.serverError],
    ['a revoked token', FAULTS.tokenRevoked],
    ['a 404 of a thing that exists', FAULTS.missing],
    ['text that is no JSON', FAULTS.notJson],
  ] as const)('%s while the merge of a high action is verified (field failure 8)', async (name, fault) => {
    const id = `high-${name.replaceAll(/[^a-z0-9]+/g, '-').replace(/-$/, '')}`
    const pull = await ops.request(id, { formula: 'release' })
    expect(await until(id)).toMatchObject({ verdict: 'wait' })
    await ops.as('amy').merge(pull)
    forge.server.faults.always(fault, { path: /permission|timeline/ })
    expect(await verdictOn(id)).toMatchObject({ verdict: 'unverifiable' })
    expect(await ops.ran()).not.toContain(id)
    forge.server.faults.clear()
    expect(await until(id)).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    await ops.tickBy(dispatcher)
    expect((await ops.ran()).filter((each) => each === id)).toHaveLength(1)
    expect(await commentsOn(pull)).toBe(1)
  })

  it('the lost answer to a comment: it is not made twice (field failure 31)', async () => {
    forge.server.faults.next(FAULTS.loseAnswer, { method: 'POST', path: /\/comments/ })
    const pull = await ops.request('lost-comment', { formula: 'release' })
    for (let look = 0; look < 3; look++) await ops.tickBy(dispatcher)
    forge.server.faults.clear()
    await ops.tickBy(dispatcher)
    expect(await commentsOn(pull)).toBe(1)
  })
})
