/** Time of check, time of use: what moves between a look at the remote and what is done there. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../dispatcher/dispatcher.js'
import type { Repository } from '../../lib/git/port.js'
import { plan } from '../../vault/plan/plan.js'
import { OpsRepo, POLICY } from '../support/ops-repo.js'

let ops: OpsRepo
let dispatcher: Dispatcher
beforeEach(async () => {
  ops = await OpsRepo.make()
  dispatcher = await ops.dispatcher()
  return async () => {
    await dispatcher.close()
    await ops.remove()
  }
})

type Push = Repository['remote']['push']

/** Before the first push that a test means, something happens. */
function beforePush(isMeant: (ref: string) => boolean, happen: () => Promise<unknown>, times = 1): void {
  const { remote } = dispatcher.repository
  const push: Push = remote.push.bind(remote)
  let left = times
  remote.push = async (updates) => {
    if (left > 0 && updates.some(({ ref }) => isMeant(ref))) {
      left--
      await happen()
    }
    return push(updates)
  }
}

/** After the remote was listed for the first time, something happens. */
function afterList(happen: () => Promise<unknown>): void {
  const { remote } = dispatcher.repository
  const list = remote.list.bind(remote)
  remote.list = async () => {
    const refs = await list()
    remote.list = list
    await happen()
    return refs
  }
}

const isMain = (ref: string) => ref === 'refs/heads/main'
const isRequest = (ref: string) => ref.startsWith('refs/heads/vault/')
const ticked = () => ops.tickBy(dispatcher)

describe('what waits on main has the name of a branch', () => {
  it('54: one that asks for something else survives its claim, and is refused with words', async () => {
    await ops.put({ 'vault/actions/low.toml': ops.action('low') })
    const head = await ops.request('low', { lines: ['purpose = "another"'] })
    await ticked()
    expect(await ticked()).toMatchObject([{ id: 'low', verdict: 'refuse', reason: 'already_fired' }])
    expect(await ops.remote.ref('vault/low')).toBe(head)
    expect(await ops.ran()).toEqual(['low'])
  })
})

describe('main moves between the look and the push', () => {
  it('by a bystander: it is decided anew, in the same tick', async () => {
    await ops.request('low')
    beforePush(isMain, () => ops.put({ x: 'x' }))
    expect(await ticked()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['low'])
  })

  it('by an admin who switches writing off: nothing fires', async () => {
    await ops.request('low')
    const off = { 'policy.toml': POLICY.replace('enabled = true', 'enabled = false') }
    beforePush(isMain, () => ops.put(off, ops.keys.alice))
    expect(await ticked()).toMatchObject([{ id: 'low', verdict: 'wait', reason: 'write_disabled' }])
    expect(await ops.ran()).toEqual([])
  })

  it('25: by a writer who edits what was approved: it is refused', async () => {
    await ops.approve(await ops.request('rel', { formula: 'release' }, ops.keys.agent), ops.keys.alice)
    const lines = ['purpose = "another"']
    beforePush(isMain, () => ops.put({ 'vault/actions/rel.toml': ops.action('rel', { formula: 'release', lines }) }))
    expect(await ticked()).toMatchObject([{ id: 'rel', verdict: 'refuse', reason: 'no_second_key' }])
    expect(await ops.ran()).toEqual([])
  })

  it('again and again: it waits, and nothing is lost', async () => {
    await ops.request('low')
    let count = 0
    beforePush(isMain, () => ops.put({ x: String(count++) }), 50)
    expect(await ticked()).toMatchObject([{ id: 'low', verdict: 'wait', reason: 'main_moved' }])
    expect(await ops.ran()).toEqual([])
    expect(await ops.tick('two')).toMatchObject([{ id: 'low', status: 'succeeded' }])
  })
})

describe('a request moves', () => {
  it('54: a head that is pushed between claim and deletion survives, and does not fire', async () => {
    await ops.request('low')
    await ops.request('beside')
    beforePush(isRequest, () => ops.request('low', { lines: ['purpose = "newer"'] }))
    const lines = await ticked()
    expect(lines.map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
    expect(await ops.remote.ref('vault/low')).not.toBeNull()
    expect(await ops.remote.ref('vault/beside')).toBeNull()
    expect(await ticked()).toMatchObject([{ id: 'low', verdict: 'refuse', reason: 'already_fired' }])
  })

  it('a branch that is deleted between claim and deletion does not keep the others', async () => {
    for (const id of ['a', 'b', 'c']) await ops.request(id)
    await ops.remote.setRef('vault/contained', ops.root)
    beforePush(isRequest, () => ops.remote.setRef('vault/b', null))
    await ticked()
    await ticked()
    expect(await ops.remote.git(['for-each-ref', 'refs/heads/vault'])).toBe('')
  })

  it('51: a branch that vanishes between look and fetch fails alone', async () => {
    for (const id of ['gone', 'here']) await ops.request(id)
    afterList(async () => {
      await ops.remote.setRef('vault/gone', null)
      await ops.remote.git(['prune', '--expire=now'])
    })
    const lines = new Map((await ticked()).map((line) => [line.id, line]))
    expect(lines.get('gone')).toMatchObject({ verdict: 'unverifiable', reason: 'object_missing' })
    expect(lines.get('here')).toMatchObject({ status: 'succeeded' })
    expect(await ticked()).toEqual([])
  })

  it('a head that is swapped between look and fetch: what was seen fires, and the other one is told and stays', async () => {
    await ops.request('low')
    afterList(() => ops.request('low', { lines: ['purpose = "swapped"'] }))
    expect(await ticked()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.remote.read('main', 'vault/fired/2026-11-22/low/action.toml')).not.toContain('swapped')
    expect(await ops.remote.read('vault/low', 'vault/actions/low.toml')).toContain('swapped')
    expect(await ticked()).toMatchObject([{ id: 'low', verdict: 'refuse', reason: 'already_fired' }])
    expect(await ops.ran()).toEqual(['low'])
  })

  it('two people push the same id: the last one stands, and fires once', async () => {
    await ops.request('dev-1', { formula: 'dev' }, ops.keys.agent)
    await ticked()
    const head = await ops.request('dev-1', { formula: 'dev', lines: ['purpose = "bob\'s"'] }, ops.keys.bob)
    await ticked()
    expect(await ops.note(head)).toContain('Requested by: bob')
    await ops.approve(head, ops.keys.alice)
    expect(await ticked()).toMatchObject([{ id: 'dev-1', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['dev-1'])
  })

  it('25: what was approved fires, not what was pushed to the branch after it', async () => {
    const head = await ops.request('rel', { formula: 'release' }, ops.keys.agent)
    await ops.approve(head, ops.keys.alice)
    const lines = ['purpose = "pushed later"']
    const later = await ops.request('rel', { formula: 'release', lines }, ops.keys.agent)
    const shown = await ticked()
    expect(shown.find(({ verdict }) => verdict === 'fire')).toMatchObject({ id: 'rel', status: 'succeeded' })
    expect(await ops.remote.read('main', 'vault/fired/2026-11-22/rel/action.toml')).not.toContain('pushed later')
    expect(await ops.remote.ref('vault/rel')).toBe(later)
  })

  it('47: a low action that squats on the id of a release fires as what it is, and the release is told', async () => {
    await ops.request('rel', { formula: 'release' }, ops.keys.agent)
    await ticked()
    await ops.request('rel', {}, ops.keys.bob)
    expect(await ticked()).toMatchObject([{ id: 'rel', tier: 'low', reason: 'auto_approved' }])
    const head = await ops.request('rel', { formula: 'release' }, ops.keys.agent)
    expect(await ticked()).toMatchObject([{ id: 'rel', verdict: 'refuse', reason: 'already_fired' }])
    expect(await ops.note(head)).toContain('already_fired')
  })
})

describe('two at once', () => {
  it('27: one plan that is applied five times claims once', async () => {
    await ops.request('low')
    const snapshot = await dispatcher.observer.observe(ops.now)
    const planned = plan(snapshot)
    const applied = await Promise.all([1, 2, 3, 4, 5].map(() => dispatcher.applier.apply(planned, snapshot, new Set())))
    await Promise.all(applied.flatMap(({ launched }) => [...launched.values()]))
    expect(await ops.ran()).toEqual(['low'])
    expect((await ops.records()).filter((path) => path.endsWith('intent.json'))).toHaveLength(1)
  })

  it('a refusal that is applied once more, after a tick that failed, writes nothing', async () => {
    await ops.put({ 'vault/actions/direct.toml': ops.action('direct', { formula: 'release' }) })
    const snapshot = await dispatcher.observer.observe(ops.now)
    await dispatcher.applier.apply(plan(snapshot), snapshot, new Set())
    const refused = await ops.main()
    expect((await ops.records()).filter((path) => path.includes('/refused/'))).toHaveLength(2)
    await dispatcher.applier.apply(plan(snapshot), snapshot, new Set())
    expect(await ops.main()).toBe(refused)
  })

  it('28: two dispatchers on one repo: each request runs once, whoever wins', async () => {
    const other = await ops.dispatcher('two')
    const ids = Array.from({ length: 8 }, (_, index) => `low-${index}`)
    for (const id of ids) await ops.request(id)
    await Promise.all([ticked(), ops.tickBy(other)])
    await ticked()
    await ops.tickBy(other)
    await other.close()
    expect([...(await ops.ran())].sort()).toEqual(ids)
    expect((await ops.records()).filter((path) => path.endsWith('outcome.json'))).toHaveLength(8)
    expect((await ops.records()).filter((path) => path.includes('incident'))).toEqual([])
  })
})
