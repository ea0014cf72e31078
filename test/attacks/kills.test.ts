/** What `npm run kills` found: what a process leaves that is killed between two effects. */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { GitError } from '../../lib/git/git-error.js'
import type { RefUpdate } from '../../lib/git/port.js'
import { RunnerError } from '../../lib/runner/runner-error.js'
import { OpsRepo } from '../support/ops-repo.js'

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

const state = (...names: string[]) => join(ops.remote.folder, 'one', 'state', ...names)
const runs = async () => (await readdir(state('runs'))).filter((name) => !name.startsWith('.'))
const killed = () => new GitError('unreachable', 'git push: it was killed')

describe('a git push that is killed', () => {
  it('and arrives after main was looked at: its run starts, and is not called indeterminate', async () => {
    await ops.request('low')
    const dispatcher = await ops.dispatcher()
    const { remote } = dispatcher.repository
    const push = remote.push.bind(remote)
    const late: (readonly RefUpdate[])[] = []
    remote.push = async (updates) => {
      late.push(updates)
      throw killed()
    }
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', verdict: 'unverifiable', reason: 'git_failed' }])
    remote.push = push
    await push(late[0]!)
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'succeeded' }])
    await dispatcher.close()
    expect(await ops.ran()).toEqual(['low'])
    expect(await runs()).toEqual([])
  })

  it('and never arrives leaves a note, which goes when main has moved on', async () => {
    await ops.request('low')
    const dispatcher = await ops.dispatcher()
    const { remote } = dispatcher.repository
    const push = remote.push.bind(remote)
    remote.push = async () => {
      throw killed()
    }
    await ops.tickBy(dispatcher)
    expect(await runs()).toHaveLength(1)
    remote.push = push
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await runs()).toHaveLength(1)
    await ops.tickBy(dispatcher)
    await dispatcher.close()
    expect(await runs()).toEqual([])
    expect(await ops.ran()).toEqual(['low'])
  })
})

describe('an outcome which says that nothing was started', () => {
  it('and whose push is given up, so that it may arrive later, stays true: the run does not start after all', async () => {
    await ops.request('low')
    const dispatcher = await ops.dispatcher()
    const { remote } = dispatcher.repository
    const push = remote.push.bind(remote)
    const run = dispatcher.runner.run.bind(dispatcher.runner)
    const late: (readonly RefUpdate[])[] = []
    dispatcher.runner.run = async () => {
      dispatcher.runner.run = run
      remote.push = async (updates) => {
        late.push(updates)
        throw killed()
      }
      throw new RunnerError('supervisor_failed', 'no supervisor took it')
    }
    await ops.tickBy(dispatcher)
    expect(late).toHaveLength(1)
    remote.push = push
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'failed' }])
    await dispatcher.close()
    expect(await ops.ran()).toEqual([])
    const outcome = await ops.record('vault/fired/2026-11-22/low/outcome.json')
    expect(outcome).toMatchObject({ status: 'failed', reason: 'could_not_start' })
    expect(await runs()).toEqual([])
  })
})

describe('a dispatcher that is killed', () => {
  it('between an outcome and the end of its run’s folder: the next start takes the folder away', async () => {
    await ops.request('low')
    const dispatcher = await ops.dispatcher()
    dispatcher.runner.forget = () => Promise.reject(new Error('killed'))
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'succeeded' }])
    await dispatcher.close()
    expect(await runs()).toHaveLength(1)
    await ops.tick()
    expect(await runs()).toEqual([])
  })

  it('while it replaces a file of its state: the next start takes the half away', async () => {
    await ops.tick()
    await writeFile(state('view.json.1104331638'), '{"vers')
    await ops.tick()
    expect((await readdir(state())).filter((name) => name.startsWith('view'))).toEqual(['view.json'])
  })
})
