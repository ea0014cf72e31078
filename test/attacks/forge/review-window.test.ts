/** Ways past a review window: a veto that is hidden, and what the forge said a while ago. Nothing of them ever runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import { LIMITS } from '../../../vault/limits.js'
import { startForge } from '../../support/forge/world/start-forge.js'
import { FORGE_POLICY, ForgeOps } from '../../support/forge-ops.js'

/** Shorter than what is kept of a pull request stands. */
const WINDOW_MS = 4 * 60_000
const POLICY = `${FORGE_POLICY}\n[approval.medium]\nreview_window = "${WINDOW_MS / 1_000}s"\n`

describe.each(['forgejo', 'github'] as const)('on %s', (kind) => {
  let ops: ForgeOps
  let dispatcher: Dispatcher
  const said = new Map<string, string>()
  const tick = async () => {
    for (const { id, tier, verdict, reason } of await ops.tickBy(dispatcher))
      said.set(id, `${tier} ${verdict} ${reason}`)
  }
  beforeAll(async () => {
    ops = await ForgeOps.make(await startForge(kind), { 'policy.toml': POLICY })
    dispatcher = await ops.dispatcher()
    const ask = (id: string, who: 'agent' | 'bob' = 'agent') => ops.request(id, { formula: 'dev' }, who)
    await ask('unopposed')
    const edited = await ops.as('amy').comment(await ask('edited'), 'I shall look at it.')
    await ops.as('rita').comment(await ask('promoted'), '/veto')
    await ask('demoted', 'bob')
    const closed = await ask('closed')
    const hidden = await ask('hidden')
    await tick()
    await tick()
    await ops.as('amy').comment(hidden, '/veto')
    await ops.as('agent').closePull(hidden)
    await ops.as('agent').openPull({ head: 'vault/hidden' })
    // By another process: what it knows of the closed one is on disk.
    await dispatcher.close()
    dispatcher = await ops.dispatcher()
    await tick()
    ops.aheadMs += LIMITS.forgeSettleMs
    await tick()
    await ops.as('amy').closePull(closed)
    await ops.as('agent').openPull({ head: 'vault/closed' })
    await tick()
    ops.aheadMs += WINDOW_MS
    // None of this is a change of the pull request, but for the edit on GitHub.
    await ops.as('amy').editComment(edited, '/veto')
    await ops.repo.addCollaborator(ops.people.rita, 'write')
    await ops.repo.addCollaborator(ops.people.bob, 'read')
    await tick()
    ops.aheadMs += WINDOW_MS
    await tick()
    await tick()
  }, 120_000)
  afterAll(async () => {
    await dispatcher.close()
    await ops.remove()
  })

  it.each([
    ['a veto that is written by editing a comment', 'edited', 'medium wait vetoed'],
    ['a veto by somebody who may write since', 'promoted', 'medium wait vetoed'],
    ['a requester who may not write any more', 'demoted', 'high wait awaiting_admin_merge'],
    ['a pull request that a writer closed, opened as another one', 'closed', 'medium wait vetoed'],
    ['a veto in a pull request that its requester closed, beside another one', 'hidden', 'medium wait vetoed'],
  ])('%s', (_, id, reason) => {
    expect(said.get(id)).toBe(reason)
  })

  it('and what nobody opposed fires', async () => {
    expect(await ops.ran()).toEqual(['unopposed'])
  })

  it('a veto that was seen by a tick that failed, and deleted before the next one', async () => {
    const pull = await ops.request('failed', { formula: 'dev' })
    await tick()
    await tick()
    const veto = await ops.as('amy').comment(pull, '/veto')
    await ops.push('beside')
    const { runner } = dispatcher
    const note = runner.note.bind(runner)
    runner.note = () => Promise.reject(new Error('the disk is full'))
    await expect(tick()).rejects.toThrow('the disk is full')
    runner.note = note
    await ops.as('amy').deleteComment(veto)
    await tick()
    expect(said.get('failed')).toBe('medium wait vetoed')
  })
})
