/** A freeze that was made while the remote was away is recorded later, once, with the time at which it was made. */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import { SwitchJournal, type UnrecordedSwitch } from '../../../dispatcher/record/switch-journal.js'
import { GitError } from '../../../lib/git/git-error.js'
import { diskFiles } from '../../../lib/state/disk-files.js'
import type { StateFiles } from '../../../lib/state/port.js'
import { timestampOf } from '../../../vault/record/time.js'
import { OpsRepo } from '../../support/ops-repo.js'

let ops: OpsRepo
let dispatcher: Dispatcher
let journal: SwitchJournal
let made: UnrecordedSwitch
const stateFolder = () => join(ops.remote.folder, 'one', 'state')
beforeEach(async () => {
  ops = await OpsRepo.make()
  dispatcher = await ops.dispatcher()
  journal = new SwitchJournal(stateFolder())
  made = { event: 'freeze', reason: 'fire drill', cause: 'operator', root: null, at: ops.now }
  return async () => {
    await dispatcher.close()
    await ops.remove()
  }
})

async function ticks(cause: 'operator' | 'main_rewritten' = 'operator', by = journal): Promise<void> {
  const { main } = await dispatcher.observer.observe(ops.now)
  dispatcher.recorder.startFrom(main)
  const freeze = { reason: 'x', cause, since: 0 } as const
  await by.record(dispatcher.recorder, dispatcher.scribe, { main, freeze })
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

/** What another process does in the instant in which this one changes its files. */
function interrupted(meanwhile: () => Promise<unknown>): StateFiles {
  let isOver = false
  const first = async () => {
    if (isOver) return
    isOver = true
    await meanwhile()
  }
  return {
    ...diskFiles,
    write: async (path, text) => first().then(() => diskFiles.write(path, text)),
    rename: async (path, to) => first().then(() => diskFiles.rename(path, to)),
    remove: async (path) => first().then(() => diskFiles.remove(path)),
  }
}
const subjects = async (count: number) =>
  (await ops.remote.git(['log', `-${count}`, '--reverse', '--format=%s', 'main'])).split('\n')

describe('two processes at once', () => {
  it('each keep what they add', async () => {
    const reasons = Array.from({ length: 5 }, (_, index) => `drill ${index}`)
    await Promise.all(reasons.map((reason) => new SwitchJournal(stateFolder()).add({ ...made, reason })))
    await ticks()
    const told = await Promise.all((await events()).map(async (path) => (await ops.record(path)) as { reason: string }))
    expect(told.map(({ reason }) => reason).sort()).toEqual([...reasons].sort())
  })

  it.each([
    ['binds one to main', () => new SwitchJournal(stateFolder(), interrupted(throwAnother))],
    [
      'strikes one off',
      () => {
        const { remove } = interrupted(throwAnother)
        return new SwitchJournal(stateFolder(), { ...diskFiles, remove })
      },
    ],
  ])('one throws a switch while the other %s: both are recorded, in their order', async (_, open) => {
    await journal.add(made)
    await ticks('operator', open())
    await ticks()
    expect(await subjects(2)).toEqual(['freeze by one', 'unfreeze by one'])
    expect(await events()).toHaveLength(2)
  })
  const throwAnother = () => journal.add({ ...made, event: 'unfreeze', at: made.at + 1 })

  it('record one on different mains: it is recorded once', async () => {
    await journal.add(made)
    const { main: older } = await dispatcher.observer.observe(ops.now)
    const late = new SwitchJournal(stateFolder(), interrupted(otherRecords))
    await late.record(dispatcher.recorder, dispatcher.scribe, { main: older, freeze: null })
    await ticks()
    expect(await events()).toHaveLength(1)
  })
  const otherRecords = async () => {
    await ops.put({ 'notes.md': 'main goes on\n' })
    await ticks()
  }
})

describe('on disk', () => {
  const waiting = () => readdir(join(stateFolder(), 'switches'))

  it('a freeze and its end keep their order where the clock went back in between', async () => {
    await journal.add(made)
    await journal.add({ ...made, event: 'unfreeze', at: made.at - 3_600_000 })
    await ticks()
    expect(await subjects(2)).toEqual(['freeze by one', 'unfreeze by one'])
    expect(await waiting()).toEqual([])
  })

  it('one whose writing was cut off is none, and goes with the next start', async () => {
    await journal.add(made)
    const [name = ''] = await waiting()
    await writeFile(join(stateFolder(), 'switches', `${name}.1234567`), '{"event":"fre')
    await ticks()
    expect(await events()).toHaveLength(1)
    await dispatcher.close()
    dispatcher = await ops.dispatcher()
    expect(await waiting()).toEqual([])
  })
})
