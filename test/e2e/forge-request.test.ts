/** An agent with a token asks at a forge: by pull request, without a key of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORGE_KINDS } from '../../vault/forge/fact.js'
import { Town } from './forge-town.js'
import './patience.js'
import { until } from './until.js'

const CONTEXT = ['--context', 'the weekly one, @everyone <!-- x --> #1']

describe.each(FORGE_KINDS)('at %s', (kind) => {
  let town: Town
  beforeAll(async () => {
    town = await Town.make(kind)
    const applied = await town.doctor({}, '--apply')
    if (applied.code !== 0) throw new Error(`${applied}`)
  })
  afterAll(() => town.remove())

  const request = (...args: readonly string[]) =>
    town.users.agent.cli('request', 'groom-backlog', ...CONTEXT, ...args, '--json')
  const pulls = async () => {
    type Wire = { readonly number: number; readonly head: { readonly ref: string } }
    const listed = await town.repo.as(town.accounts.admin).api<readonly Wire[]>('GET', '/pulls?state=open')
    return listed.map(({ number, head }) => ({ number, branch: head.ref }))
  }

  it('high: opens the pull request, once, and says who can merge it', async () => {
    const told = await request('--id', 'twice', '--blast-radius', 'high')
    expect(told.code, told.text).toBe(0)
    const { pull } = told.json() as { pull: { number: number; url: string } }
    expect(told.json()).toMatchObject({ tier: 'high', state: 'waiting', reason: 'awaiting_admin_merge' })
    expect(pull.url).toContain(`/${pull.number}`)
    const again = await request('--id', 'twice', '--blast-radius', 'high')
    expect(again.code, again.text).toBe(0)
    expect(again.json()['pull']).toEqual(pull)
    expect((await pulls()).filter(({ branch }) => branch === 'vault/twice')).toHaveLength(1)

    const other = await town.users.agent.cli('request', 'groom-backlog', '--context', 'another', '--id', 'twice')
    expect(other.code).toBe(1)
    expect(other.stderr).toContain('the id twice is used by another request')

    const status = (await town.users.agent.cli('status', 'twice', '--json')).json()
    expect(status).toMatchObject({ state: 'waiting', reason: 'awaiting_admin_merge', pull })
    expect((await town.users.agent.cli('status')).stdout).toContain(`pull request: ${pull.url}`)
  })

  it('medium: names the head that a review has to approve', async () => {
    const told = await town.users.agent.cli(
      ...['request', 'groom-backlog', ...CONTEXT, '--id', 'reviewed', '--blast-radius', 'medium'],
    )
    const head = await town.repo.tip('vault/reviewed')
    expect(told.stdout).toContain(`approve exactly ${head?.slice(0, 12)} by a review`)
  })

  it('who may not ask what others may do sees what waits, also after the policy was changed', async () => {
    const { admin } = town.accounts
    await town.repo.fetch()
    const policy = await town.repo.scratch.read('main', 'policy.toml')
    await town.repo.push(admin, 'policy', { files: { 'policy.toml': `${policy}\n# as ever\n` } })
    const view = town.repo.as(admin)
    await view.merge(await view.openPull({ head: 'policy' }))
    const merge = await town.repo.tip('main')
    expect((await request('--id', 'later', '--blast-radius', 'high')).code).toBe(0)
    const status = (await town.users.agent.cli('status', '--json')).json() as { actions: readonly { id: string }[] }
    expect(status).toMatchObject({ trust_set: { commit: merge, ok: true } })
    expect(status.actions.find(({ id }) => id === 'later')).toMatchObject({
      tier: 'high',
      reason: 'awaiting_admin_merge',
    })
  })

  it('--wait follows to the end: an agent cannot merge, an admin can, and it fires', async () => {
    const waiting = town.users.agent.start(
      ...['request', 'groom-backlog', ...CONTEXT, '--id', 'awaited', '--blast-radius', 'high', '--wait', '--json'],
    )
    const { agent, admin } = town.accounts
    const number = await pullOf('awaited')
    expect((await town.verdicts())['awaited']).toMatchObject({ verdict: 'wait', reason: 'awaiting_admin_merge' })
    await expect(town.repo.as(agent).merge(number)).rejects.toThrow()
    await town.repo.as(admin).merge(number)
    expect((await town.verdicts())['awaited']).toMatchObject({ verdict: 'fire', reason: 'merged_by_admin' })
    const ran = await waiting.ended
    expect(ran.code, ran.text).toBe(0)
    expect(ran.json()).toMatchObject({ state: 'fired', status: 'succeeded', pull: { number } })
  })

  it('--wait ends when somebody closes the pull request', async () => {
    const waiting = town.users.agent.start(
      ...['request', 'groom-backlog', ...CONTEXT, '--id', 'closed', '--blast-radius', 'high', '--wait', '--json'],
    )
    await town.repo.as(town.accounts.admin).closePull(await pullOf('closed'))
    const ran = await waiting.ended
    expect(ran.code, ran.text).toBe(1)
    expect(ran.json()).toMatchObject({ state: 'refused', detail: expect.stringContaining('pull request was closed') })
  })

  it('low fires from its pull request', async () => {
    const told = await request('--id', 'small')
    expect(told.json()).toMatchObject({ tier: 'low', pull: { url: expect.any(String) } })
    expect((await town.verdicts())['small']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    expect((await pulls()).map(({ branch }) => branch)).not.toContain('vault/small')
  })

  it('a token that the forge does not know exits 3, and nothing is pushed', async () => {
    const eve = town.users.agent.with({ COUNTERSIGN_FORGE_TOKEN: 'a-token-of-nobody' })
    const ran = await eve.cli('request', 'groom-backlog', '--context', 'x', '--id', 'unknown')
    expect(ran.code, ran.text).toBe(3)
    expect(ran.text).not.toContain('a-token-of-nobody')
    expect(await town.repo.tip('vault/unknown')).toBeNull()
  })

  it('a forge without a token exits 2 and says which variable', async () => {
    const { users, world, repo } = town
    const bare = users.agent.with({ COUNTERSIGN_FORGE_TOKEN: '', COUNTERSIGN_FORGE: world.url })
    const url = repo.cloneUrlAs(town.accounts.agent)
    const ran = await bare.cli('request', 'groom-backlog', '--context', 'x', '--id', 'bare', '--repo', url)
    expect(ran.code, ran.text).toBe(2)
    expect(ran.stderr).toContain('COUNTERSIGN_FORGE_TOKEN is empty')
    expect(await town.repo.tip('vault/bare')).toBeNull()
  })

  async function pullOf(id: string): Promise<number> {
    let number = 0
    await until(`the pull request of ${id}`, async () => {
      number = (await pulls()).find(({ branch }) => branch === `vault/${id}`)?.number ?? 0
      return number !== 0
    })
    return number
  }
})
