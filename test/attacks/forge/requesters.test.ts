/** Ways to ask without being told as one who asks, and then to approve it oneself (law 6). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import type { Oid } from '../../../vault/oid.js'
import { ForgeOps } from '../../support/forge-ops.js'
import { FORGE_WORLDS } from '../../support/forge-worlds.js'

interface FeedLine {
  readonly ref_name: string
  readonly content: string
}

describe.each(FORGE_WORLDS)('on %s', (kind, start) => {
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

  const verdictOn = (id: string) => ops.verdictOn(dispatcher, id)
  const settled = (id: string) => ops.settled(dispatcher, id)
  const isGithub = kind === 'the test forge as GitHub'

  /** What bob asked for first, and then put right. @returns the head that he went away from */
  async function corrected(id: string): Promise<{ pull: number; old: Oid }> {
    const old = await ops.push(id, { formula: 'dev' }, 'bob')
    const pull = await ops.as('bob').openPull({ head: `vault/${id}` })
    const better = ops.action(id, { formula: 'dev', lines: ['purpose = "corrected"'] })
    const files = { [`vault/actions/${id}.toml`]: better }
    await ops.repo.push(ops.people.bob, `vault/${id}`, { files, message: 'put right\n' })
    expect(await settled(id)).toMatchObject({ verdict: 'wait', reason: 'pending_async_review' })
    return { pull, old }
  }

  it('back to a head of another, pushed while the pull request is closed', async () => {
    const { pull, old } = await corrected('put-back')
    await ops.as('bob').closePull(pull)
    await ops.repo.push(ops.people.agent, 'vault/put-back', old, { force: true })
    // GitHub does not open again what was forced meanwhile.
    if (isGithub) await ops.as('agent').openPull({ head: 'vault/put-back' })
    else await ops.as('bob').reopenPull(pull)
    await ops
      .as('agent')
      .review(pull, 'approve', { commit: old })
      .catch(() => undefined)
    expect((await verdictOn('put-back'))?.verdict).not.toBe('fire')
    expect(await ops.ran()).not.toContain('put-back')
  })

  // GitHub's activity is asked by branch.
  it.skipIf(isGithub)('and the activity, which alone tells of that push, is flooded', async () => {
    const { pull, old } = await corrected('flooded')
    await ops.as('bob').closePull(pull)
    await ops.repo.push(ops.people.agent, 'vault/flooded', old, { force: true })
    const noise = Array.from({ length: 120 }, (_, at) => `${old}:refs/heads/noise/${at}`)
    await ops.repo.scratch.git(['push', '--quiet', ops.repo.cloneUrlAs(ops.people.agent), ...noise])
    await ops.as('bob').reopenPull(pull)
    await ops.as('agent').review(pull, 'approve', { commit: old })
    expect((await verdictOn('flooded'))?.verdict).not.toBe('fire')
    expect(await ops.ran()).not.toContain('flooded')
  })

  it.runIf(isGithub)('back to a head of another, before the activity tells of it', async () => {
    const { pull, old } = await corrected('told-late')
    await ops.repo.push(ops.people.agent, 'vault/told-late', old, { force: true })
    await ops.as('agent').review(pull, 'approve')
    // The newest line is missing once.
    const late = { kind: 'change', change: (lines: unknown) => (lines as unknown[]).slice(1) } as const
    ops.world.server?.faults.next(late, { route: '/repos/:owner/:repo/activity' })
    expect(await verdictOn('told-late')).toMatchObject({ verdict: 'unverifiable' })
    expect(await verdictOn('told-late')).toMatchObject({ verdict: 'wait', reason: 'pending_async_review' })
    expect(await ops.ran()).not.toContain('told-late')
  })

  // GitHub tells of a new branch and of its head in one line.
  it.skipIf(isGithub)('an admin pushes the branch, and only its making is told when they merge', async () => {
    await ops.push('half-told', { formula: 'release' }, 'amy')
    const pull = await ops.as('agent').openPull({ head: 'vault/half-told' })
    await ops.as('amy').merge(pull)
    const isMaking = ({ ref_name: ref, content }: FeedLine) => ref !== 'refs/heads/vault/half-told' || content === ''
    const late = { kind: 'change', change: (lines: unknown) => (lines as FeedLine[]).filter(isMaking) } as const
    const { server } = ops.world
    server?.faults.always(late, { route: '/repos/:owner/:repo/activities/feeds' })
    if (server !== null) expect(await verdictOn('half-told')).toMatchObject({ verdict: 'unverifiable' })
    server?.faults.clear()
    expect(await settled('half-told')).toMatchObject({ verdict: 'refuse', reason: 'self_approval' })
    expect(await ops.ran()).not.toContain('half-told')
  })

  it('an admin pushes the branch, merges, and deletes it before anybody looks', async () => {
    await ops.push('swept', { formula: 'release' }, 'amy')
    const pull = await ops.as('agent').openPull({ head: 'vault/swept' })
    await ops.as('amy').merge(pull)
    await ops.repo.scratch.git(['push', '--quiet', ops.repo.cloneUrlAs(ops.people.amy), ':vault/swept'])
    expect(await settled('swept')).toMatchObject({ verdict: 'refuse', reason: 'self_approval' })
    expect(await ops.ran()).not.toContain('swept')
  })

  it('what another one withdrew is opened again', async () => {
    const pull = await ops.request('withdrawn', { formula: 'dev' }, 'bob')
    await ops.as('bob').closePull(pull)
    await ops.as('agent').reopenPull(pull)
    await ops.as('agent').review(pull, 'approve')
    expect(await settled('withdrawn')).toMatchObject({ verdict: 'wait', reason: 'pending_async_review' })
    expect(await ops.ran()).not.toContain('withdrawn')
    await ops.as('alice').review(pull, 'approve')
    expect(await settled('withdrawn')).toMatchObject({ verdict: 'fire', reason: 'reviewed_by_writer' })
  })

  it('"update branch" by the sole admin makes them no requester (field failure 50)', async () => {
    const pull = await ops.request('updated', { formula: 'release' })
    await ops.repo.push(ops.people.alice, 'main', { files: { 'notes.md': 'moved' }, message: 'main moves\n' })
    await ops.repo.fetch()
    const parents = [await ops.repo.tip('vault/updated'), await ops.repo.tip('main')].map(String)
    const tree = await ops.repo.scratch.git(['merge-tree', '--write-tree', ...parents])
    const from = parents.flatMap((parent) => ['-p', parent])
    const merged = await ops.repo.scratch.git(['commit-tree', ...from, '-m', 'update', tree.trim()])
    await ops.repo.push(ops.people.amy, 'vault/updated', merged.trim() as Oid)
    await ops.as('amy').merge(pull)
    expect(await settled('updated')).toMatchObject({ verdict: 'fire', reason: 'merged_by_admin' })
  })

  it("a stranger's copy from a fork that is gone does not refuse what an admin merged", async () => {
    const head = await ops.push('copied', { formula: 'release' })
    const pull = await ops.as('agent').openPull({ head: 'vault/copied' })
    const { stranger } = ops.people
    const fork = await ops.repo.fork(stranger)
    const to = `${head}:refs/heads/vault/copied`
    await ops.repo.scratch.git(['push', '--quiet', fork.cloneUrlAs(stranger), to])
    await ops.repo.as(stranger).openPull({ head: `${stranger.login}:vault/copied` })
    expect(await settled('copied')).toMatchObject({ verdict: 'wait', reason: 'awaiting_admin_merge' })
    await fork.remove()
    await ops.as('amy').merge(pull)
    expect(await settled('copied')).toMatchObject({ verdict: 'fire', reason: 'merged_by_admin' })
  })

  it('more than a request of ours has, in a fork that is gone when an admin has merged it', async () => {
    const { agent, stranger } = ops.people
    const below = await ops.push('grown', { formula: 'release' })
    await ops.as('agent').openPull({ head: 'vault/grown' })
    await ops.repo.push(agent, 'elsewhere', below)
    const more = ops.action('grown', { formula: 'release', lines: ['purpose = "grown"'] })
    const files = { 'vault/actions/grown.toml': more }
    const head = await ops.repo.push(agent, 'elsewhere', { files, message: 'more\n' })
    const fork = await ops.repo.fork(stranger)
    const to = `${head}:refs/heads/vault/grown`
    await ops.repo.scratch.git(['push', '--quiet', fork.cloneUrlAs(stranger), to])
    const theirs = await ops.repo.as(stranger).openPull({ head: `${stranger.login}:vault/grown` })
    await verdictOn('grown')
    await ops.as('amy').merge(theirs)
    await fork.remove()
    for (let look = 0; look < 3; look++) expect((await verdictOn('grown'))?.verdict).not.toBe('fire')
    expect(await ops.ran()).not.toContain('grown')
  })
})
