/**
 * A dispatcher that joins after the trust set was changed asks the forge of now, where whoever merged the change may have
 * no rights any more. Law 4: it takes what an admin brought, nothing else, and never an older set instead.
 */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TickLine } from '../../../dispatcher/cli/tick-line.js'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import { loadDispatcherKey } from '../../../lib/signing/dispatcher-key.js'
import { FORGE_POLICY, type ForgeName, ForgeOps } from '../../support/forge-ops.js'
import { FORGE_WORLDS } from '../../support/forge-worlds.js'

const STRICT = FORGE_POLICY.replace('dev = "medium"', 'dev = "high"')
const STRICTER = STRICT.replace('enabled = true', 'enabled = true # as ever')
const LAX = FORGE_POLICY.replace('release = "high"', 'release = "low"')

describe.each(FORGE_WORLDS)('on %s, a newcomer', (_, start) => {
  let ops: ForgeOps
  let first: Dispatcher
  let open: Dispatcher[]
  let changes = 0
  beforeEach(async () => {
    ops = await ForgeOps.make(await start())
    first = await ops.dispatcher('first')
    open = [first]
    // It is there before anything changes.
    await ops.tickBy(first)
  })
  afterEach(async () => {
    for (const dispatcher of open) await dispatcher.close()
    await ops.remove()
  })

  /** Another policy, by the merge of a pull request. */
  const change = async (policy: string, by: ForgeName) => {
    const head = `policy-${++changes}`
    await ops.repo.push(ops.people.agent, head, { files: { 'policy.toml': policy }, message: `${head}\n` })
    await ops.as(by).merge(await ops.as('agent').openPull({ head }))
    const merge = await ops.repo.tip('main')
    // A real forge writes down later who merged it.
    await settled(first, (line) => line.verdict !== 'unverifiable')
    return merge
  }
  /** Ticks until nothing hangs on what a forge tells late. */
  const settled = async (dispatcher: Dispatcher, isEnough: (line: TickLine) => boolean) => {
    for (let look = 0; ; look++) {
      const lines = await ops.tickBy(dispatcher)
      if (lines.every(isEnough) || look >= 40) return new Map(lines.map((line) => [line.id, line]))
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
  const fire = async (id: string) => {
    await ops.push(id)
    expect((await settled(first, ({ verdict }) => verdict !== 'unverifiable')).get(id)).toMatchObject({
      status: 'succeeded',
    })
  }
  const keyOf = (name: string) => loadDispatcherKey(join(ops.folder, name, 'dispatcher.key')).publicKey
  const newcomer = async (trusted: readonly string[] = ['first']) => {
    const dispatcher = await ops.dispatcher('second', { trustedKeys: trusted.map(keyOf) })
    open.push(dispatcher)
    return dispatcher
  }
  /** What the newcomer makes of a request for each formula. What a real forge tells late may pass for unproven at first. */
  const tiers = async (dispatcher: Dispatcher, isUnproven = false) => {
    for (const formula of ['dev', 'release']) await ops.request(`ask-${formula}`, { formula })
    const lines = await settled(
      dispatcher,
      ({ verdict, reason }) => verdict !== 'unverifiable' || (isUnproven && reason === 'trust_change_unproven'),
    )
    const told = ({ tier, verdict, reason }: TickLine) =>
      verdict === 'unverifiable' ? reason : `${tier} ${verdict} ${reason}`
    return [...lines.values()].filter(({ id }) => id.startsWith('ask-')).map(told)
  }
  const amyBringsStrictAndLeaves = async () => {
    await change(STRICT, 'amy')
    await fire('before')
    await ops.repo.addCollaborator(ops.people.amy, 'write')
  }
  const UNPROVEN = ['trust_change_unproven', 'trust_change_unproven']
  const STRICTLY = ['high wait awaiting_admin_merge', 'high wait awaiting_admin_merge']
  const AS_LAID_OUT = ['medium wait pending_async_review', 'high wait awaiting_admin_merge']

  it('takes what an admin brought who has left, by a record of a pinned dispatcher', async () => {
    await amyBringsStrictAndLeaves()
    expect(await tiers(await newcomer())).toEqual(STRICTLY)
  })

  it('takes it where the account of that admin is deleted', async () => {
    await change(STRICT, 'amy')
    await fire('before')
    await ops.repo.removeCollaborator(ops.people.amy)
    await ops.world.deleteUser(ops.people.amy)
    expect(await tiers(await newcomer())).toEqual(STRICTLY)
  })

  it('takes several changes of that admin, of which a record names the last', async () => {
    await change(LAX, 'amy')
    await change(STRICT, 'amy')
    await change(STRICTER, 'amy')
    await fire('before')
    await ops.repo.addCollaborator(ops.people.amy, 'write')
    expect(await tiers(await newcomer())).toEqual(STRICTLY)
  })

  it('is the first dispatcher itself, which has lost its state folder', async () => {
    await amyBringsStrictAndLeaves()
    const again = await ops.dispatcher('first', { stateDir: join(ops.folder, 'first', 'anew') })
    open.push(again)
    expect(await tiers(again)).toEqual(STRICTLY)
  })

  it('never goes by the older, laxer set where no record says what became of the change', async () => {
    await change(STRICT, 'amy')
    await ops.repo.addCollaborator(ops.people.amy, 'write')
    const second = await newcomer()
    expect(await tiers(second, true)).toEqual(UNPROVEN)
    await fire('after')
    expect([...(await settled(second, ({ verdict }) => verdict !== 'unverifiable')).values()]).toMatchObject([
      { tier: 'high', verdict: 'wait' },
      { tier: 'high', verdict: 'wait' },
    ])
  })

  it('does not believe records by keys that it has not pinned', async () => {
    await amyBringsStrictAndLeaves()
    expect(await tiers(await newcomer([]), true)).toEqual(UNPROVEN)
  })

  it("does not take a writer's change that no dispatcher took, and goes on by the set before it", async () => {
    await fire('before')
    await change(LAX, 'bob')
    expect(await tiers(await newcomer(), true)).toEqual(UNPROVEN)
    await fire('after')
    const later = await ops.dispatcher('third', { trustedKeys: [keyOf('first')] })
    open.push(later)
    expect([...(await settled(later, ({ verdict }) => verdict !== 'unverifiable')).values()]).toMatchObject([
      { id: 'ask-dev', tier: 'medium' },
      { id: 'ask-release', tier: 'high', verdict: 'wait' },
    ])
    expect(await ops.ran()).toEqual(['before', 'after'])
  })

  it('is not set back to the older set by a writer, under whom it was merged again', async () => {
    await change(STRICT, 'amy')
    await fire('before')
    await change(FORGE_POLICY, 'bob')
    await fire('after')
    await ops.repo.addCollaborator(ops.people.amy, 'write')
    expect(await tiers(await newcomer())).toEqual(STRICTLY)
  })

  it("joins where a writer's change was undone, and nothing fired since", async () => {
    await change(LAX, 'bob')
    await change(FORGE_POLICY, 'alice')
    expect(await tiers(await newcomer())).toEqual(AS_LAID_OUT)
  })

  it("joins where a writer's change was undone by a writer, and a change that is in force came after it", async () => {
    await change(LAX, 'bob')
    await change(FORGE_POLICY, 'bob')
    await change(STRICT, 'alice')
    await fire('before')
    expect(await tiers(await newcomer())).toEqual(STRICTLY)
  })
})
