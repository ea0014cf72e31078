/** The whole story in a forge: request, comment, review, merge, fired. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import { ForgeOps } from '../../support/forge-ops.js'
import { FORGE_WORLDS } from '../../support/forge-worlds.js'

describe.each(FORGE_WORLDS)('on %s', (_, start) => {
  let ops: ForgeOps
  let dispatcher: Dispatcher
  beforeAll(async () => {
    ops = await ForgeOps.make(await start())
    dispatcher = await ops.dispatcher()
  })
  afterAll(async () => {
    await dispatcher.close()
    await ops.remove()
  })

  const verdicts = async () => Object.fromEntries((await ops.tickBy(dispatcher)).map((line) => [line.id, line]))

  /** A real forge that is busy may show it open for a moment more. */
  const closed = async (pull: number) => {
    let told = await ops.as('bob').pull(pull)
    for (let look = 0; told['state'] !== 'closed' && look < 20; look++) {
      await verdicts()
      told = await ops.as('bob').pull(pull)
    }
    return told
  }

  it('fires low at once, says so, and closes its pull request', async () => {
    const pull = await ops.request('low-1')
    expect((await verdicts())['low-1']).toMatchObject({ tier: 'low', verdict: 'fire', status: 'succeeded' })
    expect(await ops.ran()).toEqual(['low-1'])
    await verdicts()
    expect(await closed(pull)).toMatchObject({ state: 'closed' })
    const comments = await ops.as('bob').api<{ body: string }[]>('GET', `/issues/${pull}/comments`)
    expect(comments).toHaveLength(1)
    expect(comments[0]?.body).toContain('auto-approved: low blast radius')
    expect(comments[0]?.body).toContain('succeeded')
  })

  it('lets medium wait for a review of exactly its head', async () => {
    const pull = await ops.request('dev-1', { formula: 'dev' })
    expect((await verdicts())['dev-1']).toMatchObject({
      tier: 'medium',
      verdict: 'wait',
      reason: 'pending_async_review',
    })
    await ops.as('bob').review(pull, 'approve')
    expect((await verdicts())['dev-1']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    await verdicts()
    expect(await closed(pull)).toMatchObject({ state: 'closed', merged: false })
  })

  it('blocks high until an admin, who did not request it, merges', async () => {
    const pull = await ops.request('release-1', { formula: 'release' })
    expect((await verdicts())['release-1']).toMatchObject({
      tier: 'high',
      verdict: 'wait',
      reason: 'awaiting_admin_merge',
    })
    await ops.as('amy').merge(pull)
    expect((await verdicts())['release-1']).toMatchObject({
      verdict: 'fire',
      reason: 'merged_by_admin',
      status: 'succeeded',
    })
    await verdicts()
    const comments = await ops.as('bob').api<{ body: string }[]>('GET', `/issues/${pull}/comments`)
    expect(comments.filter(({ body }) => body.includes('countersign:sticky'))).toHaveLength(1)
  })

  it('waits for the pull request of a bare branch above low', async () => {
    await ops.push('bare-1', { formula: 'release' })
    expect((await verdicts())['bare-1']).toMatchObject({ verdict: 'wait', reason: 'open_pull_request' })
    await ops.push('bare-2')
    expect((await verdicts())['bare-2']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
  })

  it('tells a pull request that is opened after its branch was claimed how that ended', async () => {
    await ops.push('early-1')
    expect((await verdicts())['early-1']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    const pull = await ops.as('agent').openPull({ head: 'vault/early-1' })
    expect(await closed(pull)).toMatchObject({ state: 'closed' })
    await verdicts()
    const comments = await ops.as('bob').api<{ body: string }[]>('GET', `/issues/${pull}/comments`)
    expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining('succeeded')])
    expect(await ops.ran()).toContain('early-1')
    expect(await ops.repo.tip('vault/early-1')).toBeNull()
  })

  it("takes an admin's merge of a policy change into force, and no writer's", async () => {
    const policy = (extra: string) => ({ 'policy.toml': `${POLICY_HEAD}${extra}` })
    await ops.repo.push(ops.people.agent, 'policy-1', { files: policy('touch = "high"\n'), message: 'raise\n' })
    const pull = await ops.as('agent').openPull({ head: 'policy-1' })
    await ops.as('amy').merge(pull)
    await ops.request('raised-1')
    expect((await verdicts())['raised-1']).toMatchObject({ tier: 'high', verdict: 'wait' })
    await ops.repo.push(ops.people.agent, 'policy-2', { files: policy('touch = "low"\n'), message: 'lower\n' })
    const other = await ops.as('agent').openPull({ head: 'policy-2' })
    await ops.as('bob').merge(other)
    expect((await verdicts())['raised-1']).toMatchObject({ tier: 'high', verdict: 'wait' })
  })
})

const POLICY_HEAD = 'version = 1\n\n[write]\nenabled = true\n\n[tiers]\ndev = "medium"\nrelease = "high"\n'
