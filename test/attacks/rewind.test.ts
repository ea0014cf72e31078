import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OpsRepo } from '../support/ops-repo.js'

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
})
afterEach(() => ops.remove())

describe('main is set back to before our own last push', () => {
  it('freezes at the next tick, and runs nothing twice', async () => {
    await ops.request('tidy-1')
    await ops.tick()
    await ops.remote.setRef('main', ops.root)
    await ops.request('tidy-1')
    expect(await ops.tick()).toMatchObject([{ id: 'tidy-1', verdict: 'refuse', reason: 'already_fired' }])
    await ops.request('tidy-2')
    expect(await ops.tick()).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'tidy-2', verdict: 'wait', reason: 'frozen' })]),
    )
    expect(await ops.ran()).toEqual(['tidy-1'])
    expect(await ops.main()).toBe(ops.root)
  })
})

describe('39: a cleanup removed a fired record before a dispatcher joined', () => {
  it('the id stays used for the newcomer', async () => {
    await ops.request('tidy-1')
    await ops.tick()
    const removed = ['action.toml', 'intent.json', 'outcome.json'].map((name) => [
      `vault/fired/2026-11-22/tidy-1/${name}`,
      null,
    ])
    await ops.remote.commit({ message: 'clean up\n', files: Object.fromEntries(removed) })
    await ops.request('tidy-1')
    expect(await ops.tick('newcomer')).toMatchObject([{ id: 'tidy-1', verdict: 'refuse', reason: 'already_fired' }])
    expect(await ops.ran()).toEqual(['tidy-1'])
  })
})
