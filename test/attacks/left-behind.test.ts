/** What could not be done to its end while the remote was away is done by a later tick: section 7. */
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { SwitchJournal } from '../../dispatcher/record/switch-journal.js'
import { GitError } from '../../lib/git/git-error.js'
import { LIMITS } from '../../vault/limits.js'
import { timestampOf } from '../../vault/record/time.js'
import { OpsRepo } from '../support/ops-repo.js'

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

const runs = async () => {
  const names = await readdir(join(ops.remote.folder, 'one', 'state', 'runs')).catch(() => [])
  return names.filter((name) => !name.startsWith('.'))
}

describe('a run that was noted for a claim whose push never arrived', () => {
  it('is removed when its time to start has passed, and not before', async () => {
    const dispatcher = await ops.dispatcher()
    const { remote } = dispatcher.repository
    remote.push = async () => {
      remote.list = () => Promise.reject(new GitError('unreachable', 'gone'))
      throw new GitError('unreachable', 'gone')
    }
    await ops.request('low')
    await ops.tickBy(dispatcher)
    await dispatcher.close()
    expect(await runs()).toHaveLength(1)
    await ops.remote.setRef('vault/low', null)
    ops.passTime(LIMITS.startWindowMs - 1)
    await ops.tick()
    expect(await runs()).toHaveLength(1)
    ops.passTime(1)
    await ops.tick()
    expect(await runs()).toEqual([])
  })
})

describe('a freeze that was made while the remote was away', () => {
  it('is recorded by the next tick that can write, once, with its own time', async () => {
    await ops.tick()
    const at = ops.now
    const made = { event: 'freeze', reason: 'fire drill', cause: 'operator', root: null, at, main: null } as const
    await new SwitchJournal(join(ops.remote.folder, 'one', 'state')).add(made)
    ops.passTime(60_000)
    await rename(ops.remote.path, `${ops.remote.path}.away`)
    await expect(ops.tick()).rejects.toThrow(GitError)
    await rename(`${ops.remote.path}.away`, ops.remote.path)
    await ops.tick()
    await ops.tick()
    const [path = '', ...more] = (await ops.records()).filter((each) => each.startsWith('vault/ledger/'))
    expect(more).toEqual([])
    expect(await ops.record(path)).toMatchObject({ event: 'freeze', at: timestampOf(at) })
  })
})
