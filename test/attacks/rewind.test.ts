import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
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

describe('what was seen of main cannot be written down', () => {
  it('nothing else goes by it either, and the next tick follows it again', async () => {
    const dispatcher = await ops.dispatcher()
    onTestFinished(() => dispatcher.close())
    await ops.tickBy(dispatcher)
    const { stateDir } = (await ops.configure()).config
    const viewed = () => JSON.parse(readFileSync(join(stateDir, 'view.json'), 'utf8')).main
    const before = viewed()
    await ops.put({ 'a-file': 'main moved\n' })
    const seen = join(stateDir, 'seen.json')
    rmSync(seen)
    mkdirSync(join(seen, 'in-the-way'), { recursive: true })
    await expect(ops.tickBy(dispatcher)).rejects.toThrow('seen.json')
    expect(viewed()).toBe(before)
    rmSync(seen, { recursive: true })
    await ops.tickBy(dispatcher)
    expect(viewed()).toBe(await ops.main())
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
