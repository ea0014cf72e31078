/** A medium request that nobody opposes fires when its review window is over, and one veto ends that for good. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startForge } from '../../support/forge/world/start-forge.js'
import { ForgeOps } from '../../support/forge-ops.js'

const POLICY = `version = 1

[write]
enabled = true

[tiers]
dev = "medium"

[approval.medium]
review_window = "15s"
`

// Side by side: nearly all of it is waiting for the window to be over.
describe.concurrent.each(['forgejo', 'github'] as const)('a review window on %s', (kind) => {
  it('fires what nobody opposed, and not what somebody vetoed, even if the veto is deleted', async ({
    onTestFinished,
  }) => {
    const ops = await ForgeOps.make(await startForge(kind), { 'policy.toml': POLICY })
    onTestFinished(() => ops.remove())
    const dispatcher = await ops.dispatcher()
    onTestFinished(() => dispatcher.close())
    await ops.request('unopposed', { formula: 'dev' })
    const vetoed = await ops.request('vetoed', { formula: 'dev' })
    const lines = new Map<string, string>()
    const tick = async () => {
      for (const { id, verdict, reason } of await ops.tickBy(dispatcher)) lines.set(id, `${verdict} ${reason}`)
    }
    await tick()
    await tick()
    expect(lines.get('unopposed')).toBe('wait review_window')
    const veto = await ops.as('bob').comment(vetoed, '/veto')
    await tick()
    expect(lines.get('vetoed')).toBe('wait vetoed')
    await ops.as('bob').deleteComment(veto)
    const start = Date.now()
    while (!(await ops.ran()).includes('unopposed') && Date.now() - start < 150_000) {
      await sleep(1_000)
      await tick()
    }
    expect(Date.now() - start).toBeGreaterThan(8_000)
    expect(await ops.ran()).toEqual(['unopposed'])
    expect(lines.get('unopposed')).toBe('fire unopposed')
  })
})
