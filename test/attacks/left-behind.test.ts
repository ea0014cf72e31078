/** What could not be done to its end while the remote was away is done by a later tick: section 7. */
import { cp, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openDispatcher } from '../../dispatcher/dispatcher.js'
import { SwitchJournal } from '../../dispatcher/record/switch-journal.js'
import { GitError } from '../../lib/git/git-error.js'
import { diskFiles } from '../../lib/state/disk-files.js'
import type { StateFiles } from '../../lib/state/port.js'
import { LIMITS } from '../../vault/limits.js'
import { timestampOf } from '../../vault/record/time.js'
import { OpsRepo } from '../support/ops-repo.js'
import { SILENT } from '../support/test-adapters.js'

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
    const made = { event: 'freeze', reason: 'fire drill', cause: 'operator', root: null, at } as const
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

  const events = async () => (await ops.records()).filter((path) => path.startsWith('vault/ledger/'))
  const paths = async () => {
    const incident = (await events()).find((path) => path.includes('-incident-'))
    return incident === undefined ? null : await ops.record(incident)
  }
  const made = () => ({ event: 'freeze', reason: 'fire drill', cause: 'operator', root: null, at: ops.now }) as const
  const journal = () => new SwitchJournal(join(ops.remote.folder, 'one', 'state'))

  const diesBeforeItStrikesItOff = async () => {
    const { config, adapters } = await ops.configure()
    const files: StateFiles = { ...diskFiles, remove: () => Promise.reject(new Error('died')) }
    const dispatcher = await openDispatcher(config, { ...adapters, place: { ...adapters.place, files } }, SILENT)
    await expect(ops.tickBy(dispatcher)).rejects.toThrow('died')
    await dispatcher.close()
  }

  it.each([
    ['before its dispatcher looked at main again', 0],
    ['after that', 1],
  ])('and whose record somebody took away %s: it is put back as what was foreign, and told', async (_, looks) => {
    await journal().add(made())
    const switches = join(ops.remote.folder, 'one', 'state', 'switches')
    const kept = join(ops.remote.folder, 'kept')
    await diesBeforeItStrikesItOff()
    await cp(switches, kept, { recursive: true })
    const [record = ''] = await events()
    for (let look = 0; look < looks; look++) await ops.tick()
    await cp(kept, switches, { recursive: true })
    await ops.put({ [record]: null })
    ops.passTime(1_000)
    await ops.tick()
    expect(await ops.remote.git(['log', '-1', '--format=%s', 'main', '--', record])).toMatch(/^incident: /)
    expect(await paths()).toMatchObject({ event: 'incident', paths: [record] })
    expect(await events()).toHaveLength(2)
  })

  it('and for whose record there is a file in the place of its folder: it waits until that is undone, and told', async () => {
    await ops.tick()
    const litter = 'vault/ledger/2026-11-22'
    await ops.put({ [litter]: 'in the way\n' })
    await journal().add(made())
    await ops.tick()
    expect(await paths()).toMatchObject({ paths: [litter] })
    await ops.tick()
    const subjects = await ops.remote.git(['log', '-2', '--reverse', '--format=%s', 'main'])
    expect(subjects.split('\n')).toEqual([expect.stringMatching(/^incident: /), 'freeze by one'])
  })
})
