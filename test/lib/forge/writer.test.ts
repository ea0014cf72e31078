/** What is written, on both forges. What is not there cannot be called: no merge, no force-push, no deletion of a branch. */
import { describe, expect, it } from 'vitest'
import { oid } from '../../../vault/oid.js'
import { faultOf, scripted } from './open-scripted.js'
import type { Reply } from './scripted-server.js'
import { forgejoPull, githubPull, HEAD } from './wire-answers.js'

const world = scripted()
const KINDS = ['forgejo', 'github'] as const
const COMMIT = oid(HEAD)
const LABEL = { name: 'countersign: waiting', color: 'ffaa00', description: 'waits for a person' }
const bodies = () => world.server.asked.filter(({ method }) => method !== 'GET').map(({ body }) => body)

it('has no call that merges or touches a branch', () => {
  expect(Object.keys(world.open('github')).sort()).toEqual(
    ['addLabel', 'closePull', 'comments', 'createComment', 'editComment', 'history', 'kind', 'openPull', 'openPulls']
      .concat(['permission', 'pull', 'pullsOfMerge', 'removeLabel', 'repository', 'reviews', 'self', 'setStatus'])
      .sort(),
  )
})

describe.each(KINDS)('on %s', (kind) => {
  it('comments, edits, closes', async () => {
    world.server.script = () => ({ status: 201, json: { id: 42, number: 1 } })
    const forge = world.open(kind)
    await expect(forge.createComment(1, 'words')).resolves.toBe(42)
    await forge.editComment(42, 'other words')
    await forge.closePull(1)
    expect(world.server.routes).toEqual([
      'POST /repos/o/r/issues/1/comments',
      'PATCH /repos/o/r/issues/comments/42',
      'PATCH /repos/o/r/pulls/1',
    ])
    expect(bodies()).toEqual([{ body: 'words' }, { body: 'other words' }, { state: 'closed' }])
  })

  it('a comment that was deleted is missing', async () => {
    expect((await faultOf(world.open(kind).editComment(42, 'x'))).fault.reason).toBe('forge_missing')
  })

  it('sets a status in its own context', async () => {
    world.server.script = () => ({ status: 201, json: { id: 1 } })
    await world.open(kind).setStatus(COMMIT, 'pending', 'waits', 'https://x.test/1')
    expect(world.server.routes).toEqual([`POST /repos/o/r/statuses/${HEAD}`])
    expect(bodies()).toMatchObject([{ state: 'pending', context: 'countersign', target_url: 'https://x.test/1' }])
  })
})

describe('labels on Forgejo', () => {
  const on = (...ids: number[]): Reply => ({ json: ids.map((id) => ({ id, name: `label${id}` })) })

  it('a missing one is made once, and put on by id', async () => {
    world.server.script = ({ method, path }) => {
      if (method === 'GET') return { json: [] }
      return path === '/repos/o/r/labels' ? { status: 201, json: { id: 9, name: LABEL.name } } : on(9)
    }
    const forge = world.open('forgejo')
    await forge.addLabel(1, LABEL)
    await forge.addLabel(2, LABEL)
    expect(world.server.routes).toEqual([
      'GET /repos/o/r/labels',
      'POST /repos/o/r/labels',
      'POST /repos/o/r/issues/1/labels',
      'POST /repos/o/r/issues/2/labels',
    ])
    expect(bodies()[0]).toMatchObject({ name: LABEL.name, color: '#ffaa00' })
    expect(bodies()[1]).toEqual({ labels: [9] })
  })

  it('one that was deleted meanwhile is made again', async () => {
    let id = 9
    world.server.script = ({ method, path, body }) => {
      if (method === 'GET') return { json: [] }
      if (path === '/repos/o/r/labels') return { status: 201, json: { id, name: LABEL.name } }
      return (body as { labels: number[] }).labels[0] === id ? on(id) : on()
    }
    const forge = world.open('forgejo')
    await forge.addLabel(1, LABEL)
    id = 10
    await forge.addLabel(1, LABEL)
    expect(bodies().at(-1)).toEqual({ labels: [10] })
  })

  it('is taken off by id; where it is not on, nothing is done', async () => {
    world.server.script = ({ method }) => (method === 'GET' ? on(9) : { status: 204 })
    await world.open('forgejo').removeLabel(1, 'label9')
    await world.open('forgejo').removeLabel(1, 'label8')
    expect(world.server.routes.filter((route) => route.startsWith('DELETE'))).toEqual([
      'DELETE /repos/o/r/issues/1/labels/9',
    ])
  })
})

describe('labels on GitHub', () => {
  it('one that is there already is no fault, and is made once', async () => {
    world.server.script = ({ path }) => (path === '/repos/o/r/labels' ? { status: 422, json: {} } : { json: [] })
    const forge = world.open('github')
    await forge.addLabel(1, LABEL)
    await forge.addLabel(2, LABEL)
    expect(world.server.routes.filter((route) => route === 'POST /repos/o/r/labels')).toHaveLength(1)
    expect(bodies().at(-1)).toEqual({ labels: [LABEL.name] })
  })

  it('one that is not on is taken off all the same', async () => {
    await world.open('github').removeLabel(1, LABEL.name)
    expect(world.server.asked[0]?.path).toBe('/repos/o/r/issues/1/labels/countersign%3A%20waiting')
  })

  it('a status with words that are too long is cut', async () => {
    world.server.script = () => ({ status: 201, json: {} })
    await world.open('github').setStatus(COMMIT, 'failure', 'x'.repeat(500), null)
    expect((bodies()[0] as { description: string }).description).toHaveLength(140)
  })
})

describe.each(KINDS)('opening a pull request on %s', (kind) => {
  const pull = kind === 'forgejo' ? forgejoPull : githubPull
  const wanted = { headBranch: 'vault/7', baseBranch: 'main', title: 't', body: 'b' }
  const list = 'GET /repos/o/r/pulls'
  const listOf = (...json: unknown[]): Reply => ({ json, headers: { 'x-total-count': String(json.length) } })
  const create = 'POST /repos/o/r/pulls'

  it('finds the open one', async () => {
    world.server.script = () => listOf(pull(6), pull(7))
    await expect(world.open(kind).openPull(wanted)).resolves.toMatchObject({ number: 7 })
    expect(world.server.routes).toEqual([list])
  })

  it("makes one; a fork's branch of that name is another", async () => {
    const fork =
      kind === 'forgejo' ? { ref: 'vault/7', sha: HEAD, repo_id: 9 } : { ref: 'vault/7', sha: HEAD, repo: { id: 9 } }
    world.server.script = ({ method }) =>
      method === 'GET' ? { json: [pull(6, { head: fork })] } : { status: 201, json: pull(7) }
    await expect(world.open(kind).openPull(wanted)).resolves.toMatchObject({ number: 7 })
    expect(bodies()).toEqual([{ head: 'vault/7', base: 'main', title: 't', body: 'b' }])
  })

  it('looks again where the answer was lost, and makes no second one', async () => {
    let isMade = false
    world.server.script = ({ method }) => {
      if (method === 'GET') return isMade ? listOf(pull(7)) : listOf()
      isMade = true
      return (response) => void response.destroy()
    }
    await expect(world.open(kind).openPull(wanted)).resolves.toMatchObject({ number: 7 })
    expect(world.server.routes).toEqual([list, create, list])
  })

  it.each([409, 422])('looks again where somebody was faster: %i', async (status) => {
    let isMade = false
    world.server.script = ({ method }) => {
      if (method === 'GET') return isMade ? listOf(pull(7)) : listOf()
      isMade = true
      return { status, json: {} }
    }
    await expect(world.open(kind).openPull(wanted)).resolves.toMatchObject({ number: 7 })
  })

  it('says why it could not', async () => {
    world.server.script = ({ method }) => (method === 'GET' ? { json: [] } : { status: 422, json: {} })
    expect(await faultOf(world.open(kind).openPull(wanted))).toMatchObject({ status: 422 })
  })
})
