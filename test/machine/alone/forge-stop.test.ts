/** A daemon that is told to stop while its forge says nothing: it waits for no answer, decides nothing by it, and loses nothing. */
import { access, writeFile } from 'node:fs/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Daemon } from '../../../dispatcher/daemon.js'
import { Grace } from '../../../dispatcher/serve/grace.js'
import { until } from '../../e2e/until.js'
import type { RequestMatch } from '../../support/forge/faults/fault.js'
import { FAULTS } from '../../support/forge/faults/fault.js'
import { startForge, type TestWorld } from '../../support/forge/world/start-forge.js'
import { ForgeOps } from '../../support/forge-ops.js'
import { OpsRepo } from '../../support/ops-repo.js'
import { SILENT } from '../../support/test-adapters.js'

// What hangs here does not end by itself while a test may last; what is given time at a stop is given little.
vi.mock('../../../vault/limits.js', async (original) => ({
  LIMITS: {
    ...(await original<{ LIMITS: object }>()).LIMITS,
    ...{ drainMs: 500, forgeAttemptMs: 600_000, forgeQuestionMs: 600_000 },
  },
}))

describe.each(['forgejo', 'github'] as const)('on %s', (kind) => {
  let forge: TestWorld
  let ops: ForgeOps
  beforeEach(async () => {
    forge = await startForge(kind)
    ops = await ForgeOps.make(forge, { 'formulas/touch.toml': OpsRepo.gate('touch') })
    return () => ops.remove()
  })

  async function serve() {
    const stopped = new AbortController()
    const grace = new Grace(stopped.signal)
    const dispatcher = await ops.dispatcher('one', {}, grace)
    const daemon = new Daemon(dispatcher, SILENT)
    await daemon.wake()
    return {
      /** The next tick hangs in what matches. */
      hang: async (match: RequestMatch) => {
        forge.server.faults.always(FAULTS.stall, match)
        forge.server.log.clear()
        void daemon.wake()
        await until('the forge is asked in vain', () => forge.server.log.all.some(({ status }) => status === 0))
      },
      stop: async () => {
        stopped.abort()
        await daemon.drain()
        await dispatcher.close()
        grace.end()
        forge.server.faults.clear()
      },
    }
  }

  /** What the next start makes of it, with a forge that answers. */
  async function next(id: string) {
    const dispatcher = await ops.dispatcher()
    const line = await ops.settled(dispatcher, id)
    await ops.tickBy(dispatcher)
    await dispatcher.close()
    return line
  }

  it('in a listing: the drain does not wait for it, and what ended meanwhile is on main once', async () => {
    await ops.push('low')
    const daemon = await serve()
    const isThere = (path: string) =>
      access(path).then(
        () => true,
        () => false,
      )
    await until('it runs', () => isThere(`${ops.trace}.up`))
    // People still get answers: they look at main by them.
    await daemon.hang({ path: /\/(pulls|issues)\b/ })
    const claimed = await ops.repo.tip('main')
    await writeFile(`${ops.trace}.go`, '')
    await until('its outcome is recorded', async () => (await ops.repo.tip('main')) !== claimed)
    const recorded = await ops.repo.tip('main')
    await daemon.stop()
    await next('low')
    expect(await ops.repo.tip('main')).toBe(recorded)
    expect(await ops.ran()).toEqual(['low'])
  })

  it('while the merge of a high action is verified: it is neither fired nor refused, and fires after the next start', async () => {
    const pull = await ops.request('high', { formula: 'release' })
    const daemon = await serve()
    await ops.as('amy').merge(pull)
    const merged = await ops.repo.tip('main')
    await daemon.hang({ path: /permission|timeline/ })
    await daemon.stop()
    expect(await ops.repo.tip('main')).toBe(merged)
    expect(await next('high')).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    expect(await ops.ran()).toEqual(['high'])
  })

  it('while it comments: the comment is made once, by the next start', async () => {
    const daemon = await serve()
    const pull = await ops.request('high', { formula: 'release' })
    await daemon.hang({ method: 'POST', path: /\/comments/ })
    await daemon.stop()
    expect(await next('high')).toMatchObject({ verdict: 'wait' })
    expect(await ops.as('bob').api<unknown[]>('GET', `/issues/${pull}/comments`)).toHaveLength(1)
  })
})
