/** A freeze that was made while the remote was away is recorded later, once, with the time at which it was made. */
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import { SwitchJournal, type UnrecordedSwitch } from '../../../dispatcher/record/switch-journal.js'
import { GitError } from '../../../lib/git/git-error.js'
import { timestampOf } from '../../../vault/record/time.js'
import { OpsRepo } from '../../support/ops-repo.js'

let ops: OpsRepo
let dispatcher: Dispatcher
let journal: SwitchJournal
let made: UnrecordedSwitch
beforeEach(async () => {
  ops = await OpsRepo.make()
  dispatcher = await ops.dispatcher()
  journal = new SwitchJournal(join(ops.remote.folder, 'one', 'state'))
  made = { event: 'freeze', reason: 'fire drill', cause: 'operator', root: null, at: ops.now, main: null }
  return async () => {
    await dispatcher.close()
    await ops.remove()
  }
})

async function ticks(cause: 'operator' | 'main_rewritten' = 'operator'): Promise<void> {
  const { main } = await dispatcher.observer.observe(ops.now)
  dispatcher.recorder.startFrom(main)
  const freeze = { reason: 'x', cause, since: 0 } as const
  await journal.record(dispatcher.recorder, dispatcher.scribe, { main, freeze })
}
const events = async () => (await ops.records()).filter((path) => path.startsWith('vault/ledger/'))

describe('what was not recorded', () => {
  it('is recorded by the next tick, and not again', async () => {
    await journal.add(made)
    ops.passTime(60_000)
    await ticks()
    await ticks()
    const [path, ...more] = await events()
    expect(more).toEqual([])
    expect(await ops.record(path ?? '')).toMatchObject({
      event: 'freeze',
      reason: 'fire drill',
      at: timestampOf(made.at),
    })
  })

  it('is recorded in the order in which it was made', async () => {
    await journal.add(made)
    await journal.add({ ...made, event: 'unfreeze', at: made.at + 1 })
    await ticks()
    const subjects = await ops.remote.git(['log', '-2', '--reverse', '--format=%s', 'main'])
    expect(subjects.split('\n')).toEqual(['freeze by one', 'unfreeze by one'])
  })

  it('is recorded once where a push arrived and its answer did not', async () => {
    await journal.add(made)
    const { remote } = dispatcher.repository
    const [push, list] = [remote.push.bind(remote), remote.list.bind(remote)]
    await dispatcher.observer.observe(ops.now)
    remote.push = async (updates) => {
      await push(updates)
      remote.push = push
      remote.list = () => Promise.reject(new GitError('unreachable', 'gone'))
      throw new GitError('unreachable', 'gone')
    }
    await ticks()
    remote.list = list
    await ticks()
    await ticks()
    expect(await events()).toHaveLength(1)
    expect(await ops.remote.git(['rev-list', '--count', 'main'])).toBe('2')
  })

  it('waits while main is not trusted', async () => {
    await journal.add(made)
    await ticks('main_rewritten')
    expect(await events()).toEqual([])
    await ticks()
    expect(await events()).toHaveLength(1)
  })
})
