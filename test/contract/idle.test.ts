/** What idling costs, and lists of many pages. On the test forge only: it counts, and it is fast. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openForge } from '../../lib/forge/open-forge.js'
import type { ForgeKind } from '../../vault/forge/fact.js'
import type { WorldRepo } from '../support/forge/world/forge-world.js'
import type { Person } from '../support/forge/world/person.js'
import { startForge, type TestWorld } from '../support/forge/world/start-forge.js'

const MANY = 53

describe.each<ForgeKind>(['forgejo', 'github'])('idling on %s', (kind) => {
  let world: TestWorld
  let owner: Person
  let repo: WorldRepo
  let numbers: readonly number[]

  beforeAll(async () => {
    world = await startForge(kind)
    owner = await world.createUser('owner')
    repo = await world.createRepo(owner, 'ops')
    const head = await repo.push(owner, 'vault/first', { files: { 'a.txt': 'a\n' } })
    numbers = await openMany(repo, owner, head)
  })
  afterAll(() => world.remove())

  const forge = () => {
    const auth = { kind: 'token', token: owner.token } as const
    return openForge({ kind, url: world.url, repo: repo.fullName, auth, now: Date.now })
  }

  it('finds all open ones, over all pages', async () => {
    const { pulls, truncated } = await forge().openPulls()
    expect(pulls.map((pull) => pull.number).sort((a, b) => a - b)).toEqual(numbers)
    expect(truncated).toBe(false)
  })

  it('costs one request where nothing changed, whatever the number of closed ones', async () => {
    const person = repo.as(owner)
    for (const number of numbers.slice(1)) await person.closePull(number)
    const open = forge()
    await open.openPulls()
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await open.openPulls()
    world.server.log.clear()
    const { pulls } = await open.openPulls()
    expect(pulls.map((pull) => pull.number)).toEqual(numbers.slice(0, 1))
    expect(world.server.log.count()).toBe(1)
    if (kind === 'github') expect(world.server.log.all[0]?.status).toBe(304)
  })
})

/** Pull requests of one commit, on branches that the API makes. */
async function openMany(repo: WorldRepo, owner: Person, head: string): Promise<readonly number[]> {
  const person = repo.as(owner)
  const numbers: number[] = []
  for (let each = 0; each < MANY; each += 1) {
    const branch = `vault/many-${each}`
    const [path, body] =
      head.length > 0 && 'sha' in (await person.api('GET', '/branches/main').then((it) => it['commit'] as object))
        ? ['/git/refs', { ref: `refs/heads/${branch}`, sha: head }]
        : ['/branches', { new_branch_name: branch, old_branch_name: 'vault/first' }]
    await person.api('POST', path as string, body)
    numbers.push(await person.openPull({ head: branch }))
  }
  return numbers
}
