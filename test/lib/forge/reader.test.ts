/** Single facts, of both forges. */
import { describe, expect, it } from 'vitest'
import { openForge } from '../../../lib/forge/open-forge.js'
import type { ForgeKind } from '../../../vault/forge/fact.js'
import { oid } from '../../../vault/oid.js'
import { faultOf, scripted } from './open-scripted.js'
import { forgejoPull, forgejoUser, githubPull, githubUser, HEAD, MERGE, repositoryAnswer } from './wire-answers.js'

const world = scripted()
const COMMIT = oid(MERGE)
const KINDS = ['forgejo', 'github'] as const
const user = (kind: ForgeKind, id: number, login?: string) =>
  kind === 'forgejo' ? forgejoUser(id, login) : githubUser(id, 'User', login)
const LINK = '<https://elsewhere.test/2>; rel="next"'

describe.each(KINDS)('permission on %s', (kind) => {
  const person = { id: 5, login: 'user5', kind: 'person' } as const
  const route = 'GET /repos/o/r/collaborators/user5/permission'

  it('counts for the account that was asked about', async () => {
    world.server.script = () => ({ json: { permission: 'admin', role_name: 'admin', user: user(kind, 5) } })
    await expect(world.open(kind).permission(person)).resolves.toBe('admin')
    expect(world.server.routes).toEqual([route])
  })

  it('of a login that was given to somebody else says nothing', async () => {
    world.server.script = () => ({ json: { permission: 'admin', role_name: 'admin', user: user(kind, 6, 'user5') } })
    expect((await faultOf(world.open(kind).permission(person))).fault.reason).toBe('forge_malformed')
  })

  it('of an account that is gone is none', async () => {
    world.server.script = ({ path }) => (path === '/repos/o/r' ? { json: repositoryAnswer } : undefined)
    await expect(world.open(kind).permission(person)).resolves.toBe('none')
  })

  it('is unknown where the repository itself is not seen: the token lost its access', async () => {
    expect((await faultOf(world.open(kind).permission(person))).fault.reason).toBe('forge_missing')
  })

  it('that may not be asked for is no permission', async () => {
    world.server.script = () => ({ status: 403, json: {} })
    expect((await faultOf(world.open(kind).permission(person))).fault.reason).toBe('forge_forbidden')
  })

  it('is read each time', async () => {
    world.server.script = () => ({ json: { permission: 'write', role_name: 'write', user: user(kind, 5) } })
    const forge = world.open(kind)
    await forge.permission(person)
    await forge.permission(person)
    expect(world.server.asked).toHaveLength(2)
  })
})

describe('the pull requests of a merge commit', () => {
  it('on Forgejo: the one that says so itself', async () => {
    const merged = { state: 'closed', merged: true, merge_commit_sha: MERGE, merged_by: forgejoUser(2) }
    world.server.script = () => ({ json: forgejoPull(7, merged) })
    await expect(world.open('forgejo').pullsOfMerge(COMMIT)).resolves.toEqual([7])
    world.server.script = () => ({ json: forgejoPull(7, { ...merged, merge_commit_sha: HEAD }) })
    await expect(world.open('forgejo').pullsOfMerge(COMMIT)).resolves.toEqual([])
  })

  it('on GitHub: of all that hold it, those it is the merge of', async () => {
    const merged = { state: 'closed', merged_at: '2026-11-22T05:00:00Z' }
    const listed = [
      githubPull(7, { ...merged, merge_commit_sha: MERGE }),
      githubPull(7, { ...merged, merge_commit_sha: MERGE }),
      githubPull(8, { ...merged, merge_commit_sha: HEAD }),
      githubPull(9, { merge_commit_sha: MERGE }),
    ]
    world.server.script = () => ({ json: listed })
    await expect(world.open('github').pullsOfMerge(COMMIT)).resolves.toEqual([7])
  })

  it('none, where the forge knows none and the repository is there', async () => {
    world.server.script = ({ path }) => (path === '/repos/o/r' ? { json: repositoryAnswer } : undefined)
    for (const kind of KINDS) await expect(world.open(kind).pullsOfMerge(COMMIT)).resolves.toEqual([])
    world.server.script = () => ({ status: 422, json: { message: 'No commit found for SHA' } })
    await expect(world.open('github').pullsOfMerge(COMMIT)).resolves.toEqual([])
  })
})

describe('reviews', () => {
  const review = (id: number, state: string, more = {}) => ({
    id,
    user: githubUser(5),
    state,
    commit_id: HEAD,
    submitted_at: '2026-11-22T05:00:00Z',
    ...more,
  })

  it('of GitHub that were dismissed: what they had been', async () => {
    const dismissed = (id: number, state: string) => ({
      event: 'review_dismissed',
      dismissed_review: { review_id: id, state },
    })
    world.server.script = ({ path }) =>
      path.includes('/timeline')
        ? { json: [dismissed(1, 'changes_requested'), dismissed(2, 'approved'), { event: 'commented' }] }
        : { json: [review(1, 'DISMISSED'), review(2, 'DISMISSED'), review(3, 'DISMISSED'), review(4, 'APPROVED')] }
    const reviews = await world.open('github').reviews(1)
    expect(reviews.map(({ state, dismissed: was }) => [state, was])).toEqual([
      ['changes_requested', true],
      ['approved', true],
      ['dismissed', true],
      ['approved', false],
    ])
  })

  it('of GitHub over all pages, each once; the next page is asked for by number, from the same server', async () => {
    world.server.script = ({ path }) =>
      path.includes('&page=1')
        ? { json: [review(1, 'COMMENTED'), review(2, 'APPROVED')], headers: { link: LINK } }
        : { json: [review(2, 'APPROVED'), review(3, 'CHANGES_REQUESTED')] }
    expect((await world.open('github').reviews(1)).map(({ id }) => id)).toEqual([1, 2, 3])
  })

  it('more than may be read are a fault', async () => {
    world.server.script = () => ({ json: [review(1, 'COMMENTED')], headers: { link: LINK } })
    expect((await faultOf(world.open('github', { pages: 3 }).reviews(1))).fault.detail).toBe(
      'GET /pulls/{number}/reviews: more pages than are read',
    )
    expect(world.server.asked).toHaveLength(3)
  })

  it('of a state that nobody knows are a fault: it could be a veto', async () => {
    world.server.script = () => ({ json: [review(1, 'REJECTED')] })
    expect((await faultOf(world.open('github').reviews(1))).fault.reason).toBe('forge_malformed')
  })
})

describe('comments of Forgejo', () => {
  it('fewer than it says are a fault', async () => {
    const at = '2026-11-22T05:00:00Z'
    const comment = { id: 1, user: forgejoUser(3), body: 'x', created_at: at, updated_at: at }
    world.server.script = () => ({ json: [comment], headers: { 'x-total-count': '2' } })
    expect((await faultOf(world.open('forgejo').comments(1))).fault.reason).toBe('forge_malformed')
  })
})

describe('listing on GitHub', () => {
  it('asks with the tag, and an unchanged list costs no body', async () => {
    world.server.script = ({ headers }) =>
      headers['if-none-match'] === '"t1"' ? { status: 304 } : { json: [githubPull(1)], headers: { etag: '"t1"' } }
    const forge = world.open('github')
    await forge.openPulls()
    world.server.asked.length = 0
    const { pulls } = await forge.openPulls()
    expect(pulls.map(({ number }) => number)).toEqual([1])
    expect(world.server.asked.map(({ headers }) => headers['if-none-match'])).toEqual(['"t1"'])
  })

  it('a 304 that nobody asked for is no answer', async () => {
    world.server.script = () => ({ status: 304 })
    expect((await faultOf(world.open('github').openPulls())).fault.reason).toBe('forge_unreachable')
  })

  it('shows those against another branch, too: whoever hides one there still asks by it', async () => {
    const elsewhere = githubPull(2, { base: { ref: 'other', sha: HEAD, repo: { id: 8 } } })
    world.server.script = () => ({ json: [githubPull(1), elsewhere] })
    expect((await world.open('github').openPulls()).pulls.map(({ number }) => number)).toEqual([1, 2])
  })
})

describe('whose token it is', () => {
  it.each(KINDS)('is asked once, on %s', async (kind) => {
    world.server.script = () => ({ json: user(kind, 5) })
    const forge = world.open(kind)
    await forge.self()
    await expect(forge.self()).resolves.toMatchObject({ id: 5, kind: 'person' })
    expect(world.server.asked).toHaveLength(1)
  })

  it('only GitHub has apps', () => {
    const auth = { kind: 'app', appId: 1, privateKey: '', installationId: 2 } as const
    expect(() => openForge({ kind: 'forgejo', url: 'https://x.test', repo: 'o/r', auth, now: () => 0 })).toThrow('apps')
  })
})
