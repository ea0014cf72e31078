/** A disk that is full, here or at the server, and has room again: nothing is lost, nothing runs twice. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formula, OpsRepo, POLICY } from '../support/ops-repo.js'
import { SmallDisk } from './small-disk.js'
import { expectStopped, expectTold, tried } from './tried.js'

const outcomesOf = async (ops: OpsRepo, id: string) =>
  (await ops.records()).filter((path) => path.includes(`/${id}/outcome`))

describe("the server's disk", () => {
  let ops: OpsRepo
  beforeEach(async () => {
    ops = await OpsRepo.make()
    return () => ops.remove()
  })

  it('is full: the server is quoted, nothing runs, and all goes on when it has room', async () => {
    await ops.remote.hook('pre-receive', 'echo "fatal: write error: No space left on device" >&2; exit 1')
    await ops.request('low')
    const [line] = await ops.tick()
    expect(line).toMatchObject({ id: 'low', verdict: 'unverifiable', reason: 'git_failed' })
    expectTold(line?.detail ?? '', 'the server says: fatal: write error: No space left on device')
    expect(await ops.ran()).toEqual([])
    await rm(join(ops.remote.path, 'hooks', 'pre-receive'))
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['low'])
  })
})

const GREEDY = `${formula('greedy')}`.replace(
  "run = '",
  'run = \'head -c 9000000 /dev/zero | tr "\\0" x; head -c 9000000 /dev/zero > hoard || true; ',
)

// Where nobody may mount, `full-disk-writes.test.ts` alone says what a full disk does.
describe.skipIf(!SmallDisk.canMount())('the disk of the state folder (needs the right to mount)', () => {
  let ops: OpsRepo
  let disk: SmallDisk
  let state: string
  beforeAll(async () => {
    const policy = POLICY.replace('[tiers]', '[tiers]\ngreedy = "low"')
    ops = await OpsRepo.make({ 'formulas/greedy.toml': GREEDY, 'policy.toml': policy })
    state = join(ops.remote.folder, 'one', 'state')
    disk = SmallDisk.mount(state, '3m')
    await ops.tick()
  })
  afterAll(async () => {
    disk.unmount()
    await ops.remove()
  })

  it('is full at the start: exit code 3, and one message with its place and the remedy', async () => {
    await ops.request('start')
    disk.fill()
    expectStopped(await tried(() => ops.tick()), 3, `${state}/`, 'the disk is full (ENOSPC)', 'make room there')
    await disk.free()
    expect(await ops.tick()).toMatchObject([{ id: 'start', status: 'succeeded' }])
  })

  // Step by step it is full at the lock, at the fetch, at the note, at the commit, at the used ids, at the run, at the outcome.
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 10])(
    'has %i blocks left: what fails says so, and the action runs once',
    async (left) => {
      const id = `left-${left}`
      await ops.request(id)
      disk.fill(left)
      const full = await tried(() => ops.tick())
      if (full.kind === 'stopped') expectStopped(full, 3, /the disk is full/, /make room/)
      else if (full.lines[0]?.verdict !== 'fire')
        expectTold(full.lines[0]?.detail ?? '', /the disk is full/, /make room/)
      await disk.free()
      await ops.tick()
      expect((await ops.ran()).filter((line) => line === id)).toEqual([id])
      expect(await outcomesOf(ops, id)).toHaveLength(1)
    },
  )

  it('is filled by what a run says and writes: it is recorded all the same, and its log says what it lacks', async () => {
    await ops.request('greedy', { formula: 'greedy' })
    expect(await ops.tick()).toMatchObject([{ id: 'greedy', status: 'succeeded' }])
    await ops.tick()
    expect(await outcomesOf(ops, 'greedy')).toHaveLength(1)
    const outcome = await ops.record((await outcomesOf(ops, 'greedy'))[0] ?? '')
    expect(outcome).toMatchObject({
      log_tail: expect.stringMatching(/bytes of output are not in the log: it could not be stored: ENOSPC/),
    })
    await ops.request('after')
    expect(await ops.tick()).toMatchObject([{ id: 'after', status: 'succeeded' }])
  })
})
