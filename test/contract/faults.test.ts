/** The test forge fails as it is told to, and in no other way. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ForgeKind } from '../../vault/forge/fact.js'
import { FAULTS, type Fault, nulledField, rateLimited, tooMany, withoutField } from '../support/forge/faults/fault.js'
import type { WorldRepo } from '../support/forge/world/forge-world.js'
import type { Person } from '../support/forge/world/person.js'
import { startForge, type TestWorld } from '../support/forge/world/start-forge.js'

describe.each<ForgeKind>(['forgejo', 'github'])('faults of the test forge as %s', (kind) => {
  let world: TestWorld
  let owner: Person
  let repo: WorldRepo
  let number: number

  beforeAll(async () => {
    world = await startForge(kind)
    owner = await world.createUser('owner')
    repo = await world.createRepo(owner, 'ops')
    await repo.push(owner, 'vault/x', { files: { 'x.txt': 'x\n' } })
    number = await repo.as(owner).openPull({ head: 'vault/x' })
  })
  afterEach(() => world.server.faults.clear())
  afterAll(() => world.remove())

  const ask = async (path: string) => {
    const root = `${world.url}${kind === 'github' ? '/api/v3' : '/api/v1'}/repos/${repo.fullName}`
    const init = {
      headers: { Authorization: `token ${owner.token}` },
      redirect: 'manual' as const,
      signal: AbortSignal.timeout(2000),
    }
    const response = await fetch(`${root}${path}`, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  it.each<[string, Fault, number]>([
    ['500', FAULTS.serverError, 500],
    ['502 with HTML', FAULTS.badGateway, 502],
    ['401', FAULTS.tokenRevoked, 401],
    ['403', FAULTS.forbidden, 403],
    ['404 of a thing that exists', FAULTS.missing, 404],
    ['409', FAULTS.conflict, 409],
    ['403 of a rate limit', rateLimited(Date.now()), 403],
    ['429', tooMany(7), 429],
  ])('answers %s once, then as ever', async (_name, fault, status) => {
    world.server.faults.next(fault)
    const answer = await ask('/pulls')
    expect(answer.status).toBe(status)
    expect(answer.headers.get('retry-after')).toBe(status === 429 ? '7' : null)
    expect((await ask('/pulls')).status).toBe(200)
  })

  it.each([FAULTS.cut, FAULTS.reset, FAULTS.loseAnswer, FAULTS.stall])('breaks off by $kind', async (fault) => {
    world.server.faults.next(fault)
    await expect(ask('/pulls')).rejects.toThrow()
  })

  it('refuses connections until it comes back, at the same address', async () => {
    await world.server.goDown()
    await expect(ask('/pulls')).rejects.toThrow('fetch failed')
    await world.server.comeBack()
    expect((await ask('/pulls')).status).toBe(200)
  })

  it('has done what was asked for, though the answer is lost', async () => {
    world.server.faults.next(FAULTS.loseAnswer, {
      method: 'POST',
      route: '/repos/:owner/:repo/issues/:number/comments',
    })
    await expect(repo.as(owner).comment(number, 'heard')).rejects.toThrow()
    expect((await ask(`/issues/${number}/comments`)).text).toContain('heard')
  })

  it('takes a push whose answer is lost', async () => {
    world.server.faults.next(FAULTS.loseAnswer, { method: 'POST', path: /git-receive-pack/ })
    await expect(repo.push(owner, 'vault/lost', { files: { 'l.txt': 'l\n' } })).rejects.toThrow()
    expect(await repo.tip('vault/lost')).not.toBeNull()
  })

  it('bends lists: empty, doubled, turned round', async () => {
    const numbers = async () =>
      (JSON.parse((await ask('/pulls')).text) as { number: number }[]).map((pull) => pull.number)
    for (const [fault, expected] of [
      [FAULTS.emptyPage, []],
      [FAULTS.doubled, [number, number]],
      [FAULTS.shuffled, [number]],
    ] as const) {
      world.server.faults.next(fault)
      expect(await numbers()).toEqual(expected)
    }
  })

  it('bends objects: a field missing, null, or of another type', async () => {
    const pull = async () => JSON.parse((await ask(`/pulls/${number}`)).text) as Record<string, unknown>
    world.server.faults.next(withoutField('merged'))
    expect(await pull()).not.toHaveProperty('merged')
    world.server.faults.next(nulledField('user'))
    expect((await pull())['user']).toBeNull()
    world.server.faults.next(FAULTS.idsAsStrings)
    expect(typeof (await pull())['id']).toBe('string')
  })

  it('shows a list that is older than the single object', async () => {
    await ask('/pulls?state=open')
    await repo.as(owner).closePull(number)
    world.server.faults.always(FAULTS.replay, { route: '/repos/:owner/:repo/pulls' })
    expect((await ask('/pulls?state=open')).text).toContain('"state":"open"')
    expect((await ask(`/pulls/${number}`)).text).toContain('"state":"closed"')
    await repo.as(owner).reopenPull(number)
  })

  it('sends another host, and a body without end', async () => {
    world.server.faults.next({ kind: 'redirect', to: 'http://127.0.0.1:9' })
    const answer = await ask('/pulls')
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      expect.stringContaining('http://127.0.0.1:9/api'),
    ])
    world.server.faults.next({ kind: 'flood', bytes: 3_000_000 })
    expect((await ask('/pulls')).text.length).toBeGreaterThan(3_000_000)
  })

  it.runIf(kind === 'forgejo')('loses a push that a merge overtakes, where it is told to', async () => {
    const agent = await world.createUser('agent')
    await repo.addCollaborator(agent, 'write')
    const head = await repo.push(owner, 'vault/overtaken', { files: { 'o.txt': 'o\n' } })
    const overtaken = await repo.as(owner).openPull({ head: 'vault/overtaken' })
    world.server.site.losesPushes = true
    const moved = await repo.push(agent, 'vault/overtaken', { files: { 'p.txt': 'p\n' } })
    world.server.site.losesPushes = false
    await repo.as(owner).merge(overtaken)
    expect(await repo.tip(`refs/pull/${overtaken}/head`)).toBe(head)
    expect((await ask(`/issues/${overtaken}/timeline`)).text).not.toContain(moved)
    await repo.fetch()
    expect(await repo.scratch.git(['rev-parse', 'main^2'])).toBe(moved)
  })

  it('counts what was asked, by route', async () => {
    world.server.log.clear()
    await ask('/pulls')
    await ask(`/pulls/${number}`)
    await ask('/nothing-here')
    expect(world.server.log.count()).toBe(3)
    expect(world.server.log.count({ route: '/repos/:owner/:repo/pulls' })).toBe(1)
    expect(world.server.log.all.map(({ login, status }) => [login, status])).toEqual([
      ['owner', 200],
      ['owner', 200],
      ['owner', 404],
    ])
  })
})
