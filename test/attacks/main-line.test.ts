/** Laws 4 and 5: a main that does not continue the one that was seen last freezes the dispatcher, and nothing of it counts. */
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { EmptyRemote, RootMissing } from '../../dispatcher/observe/observer.js'
import { FreezeFile } from '../../dispatcher/state/freeze-file.js'
import type { Oid } from '../../vault/oid.js'
import { OpsRepo, POLICY } from '../support/ops-repo.js'

const TIGHT = { 'policy.toml': POLICY.replace('touch = "low"', 'touch = "high"') }

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

const refs = () => ops.remote.git(['for-each-ref'])
const freezeFile = () => new FreezeFile(join(ops.remote.folder, 'one', 'state'))

/** A request of low tier waits, frozen, and not one ref of the remote moves. */
async function staysFrozen(id: string): Promise<void> {
  if ((await ops.remote.ref(`vault/${id}`)) === null) await ops.request(id)
  const before = await refs()
  const line = (await ops.tick()).find((each) => each.id === id)
  expect(line).toMatchObject({ verdict: 'wait', reason: 'frozen' })
  expect(await refs()).toBe(before)
  expect(await freezeFile().read()).toMatchObject({ cause: 'main_rewritten' })
}

describe('a main that was turned round', () => {
  it("41: a foxtrot merge does not take an admin's tightening off the line", async () => {
    const tightened = await ops.put(TIGHT, ops.keys.alice)
    await ops.request('before', {}, ops.keys.agent)
    expect(await ops.tick()).toMatchObject([{ id: 'before', tier: 'high' }])
    const side = await ops.remote.commit({ branch: 'side', parent: ops.root, files: { x: 'x' } })
    // The branch comes first, main second: as a push it is a fast-forward.
    const foxtrot = await ops.remote.merge({ branch: null, parents: [side, tightened] })
    await ops.remote.git(['merge-base', '--is-ancestor', tightened, foxtrot])
    await ops.remote.setRef('main', foxtrot)
    await staysFrozen('before')
    const dispatcher = await ops.dispatcher()
    const { trust } = await dispatcher.observer.observe(ops.now)
    await dispatcher.close()
    expect(trust.inForce.commit).toBe(tightened)
  })

  it('41: an approval by foxtrot is none', async () => {
    const head = await ops.request('rel', { formula: 'release' }, ops.keys.agent)
    await ops.put({ x: 'main moves on' })
    await ops.tick()
    await ops.remote.merge({ parents: [head, await ops.main()], sign: ops.keys.alice })
    await staysFrozen('rel')
    expect(await ops.ran()).toEqual([])
  })

  it('a main that was rewritten frees no id, and put back it waits for an operator', async () => {
    await ops.request('once')
    await ops.tick()
    await ops.tick()
    const honest = await ops.main()
    await ops.remote.setRef('main', ops.root)
    await ops.request('once')
    await staysFrozen('other')
    await ops.remote.setRef('main', honest)
    await staysFrozen('other')
    await freezeFile().clear()
    const lines = new Map((await ops.tick()).map((line) => [line.id, line]))
    expect(lines.get('once')).toMatchObject({ verdict: 'refuse', reason: 'already_fired' })
    expect(lines.get('other')).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    expect(await ops.ran()).toEqual(['once', 'other'])
  })

  it('a main of another history', async () => {
    await ops.tick()
    await ops.request('low')
    await ops.remote.commit({ parent: null, files: { 'policy.toml': POLICY } })
    await staysFrozen('low')
  })

  it('one that is rewritten between the look and the push is seen before anything is written', async () => {
    const dispatcher = await ops.dispatcher()
    await ops.put({ x: 'x' })
    await ops.request('low')
    const { remote } = dispatcher.repository
    const push = remote.push.bind(remote)
    let rewritten: Oid | null = null
    remote.push = async (updates) => {
      rewritten ??= await ops.remote.commit({ parent: ops.root, files: { y: 'y' } })
      return push(updates)
    }
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', verdict: 'wait', reason: 'frozen' }])
    await dispatcher.close()
    expect(await ops.main()).toBe(rewritten)
    expect(await ops.ran()).toEqual([])
  })
})

describe('a dispatcher without memory', () => {
  it('does not take a main that lacks its trust root', async () => {
    await ops.remote.commit({ parent: null, files: { 'policy.toml': POLICY } })
    await expect(ops.tick('fresh')).rejects.toThrow(RootMissing)
  })

  it('does not take one in which the root is only merged', async () => {
    const side = await ops.remote.commit({ branch: 'side', parent: null, files: { x: 'x' } })
    await ops.remote.setRef(
      'main',
      await ops.remote.merge({ branch: null, parents: [side, ops.root], tree: await tree() }),
    )
    await expect(ops.tick('fresh')).rejects.toThrow(RootMissing)
  })

  it('says of an empty repo that it is empty', async () => {
    await ops.remote.setRef('main', null)
    await expect(ops.tick()).rejects.toThrow(EmptyRemote)
  })

  const tree = async () => (await ops.remote.git(['rev-parse', `${ops.root}^{tree}`])) as Oid
})
