/** Locks that nobody holds any more are taken over; one that is held is respected, and says who holds it. */
import { spawn } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { OpsRepo } from '../support/ops-repo.js'
import { expectStopped, tried } from './tried.js'

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

const state = (...names: string[]) => join(ops.remote.folder, 'one', 'state', ...names)
const GIT_LOCKS = [
  ...['index.lock', 'HEAD.lock', 'packed-refs.lock', 'shallow.lock', 'config.lock', 'refs/countersign/main.lock'],
  ...['refs/countersign/build.lock', 'refs/countersign/notes.lock', 'objects/pack/multi-pack-index.lock'],
]

async function lockGit(): Promise<void> {
  for (const name of GIT_LOCKS) {
    const path = state('repo.git', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, '')
  }
}

describe('locks of git in the clone', () => {
  it('that a dead process left: they are gone after a start', async () => {
    await ops.tick()
    await lockGit()
    await ops.put({ x: 'x' })
    await ops.request('low')
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    for (const name of GIT_LOCKS) await expect(readFile(state('repo.git', name))).rejects.toThrow('ENOENT')
  })

  it('that a git of ours left when it was killed: the daemon goes on without a start', async () => {
    const dispatcher = await ops.dispatcher()
    await ops.tickBy(dispatcher)
    await lockGit()
    await ops.put({ x: 'x' })
    await ops.request('low')
    await ops.request('dev', { formula: 'dev' }, ops.keys.agent)
    const lines = await ops.tickBy(dispatcher)
    expect(lines.find(({ id }) => id === 'low')).toMatchObject({ status: 'succeeded' })
    expect(lines.find(({ id }) => id === 'dev')).toMatchObject({ verdict: 'wait' })
    await ops.request('next')
    expect((await ops.tickBy(dispatcher)).find(({ id }) => id === 'next')).toMatchObject({ status: 'succeeded' })
    await dispatcher.close()
    expect(await ops.ran()).toEqual(['low', 'next'])
  })
})

/** A process that lives as long as the test. */
function other(): number {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}

const startOf = async (pid: number) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

describe('the lock of the state folder', () => {
  beforeEach(async () => {
    await ops.tick()
  })
  const hold = (pid: number, started: string) => writeFile(state('lock'), JSON.stringify({ pid, started, token: 'x' }))

  it('of a process that lives: exit code 2, and who it is', async () => {
    const pid = other()
    await hold(pid, await startOf(pid))
    expectStopped(await tried(() => ops.tick()), 2, `another dispatcher (process ${pid}) works on`, 'stop it, or give')
  })

  it.each([
    ['of a dead process', async () => hold(2 ** 22 + 1, '1')],
    ['of a dead process whose number another one has by now', async () => hold(other(), '1')],
    ['of no process at all', async () => hold(0, '1')],
    ['that is garbage', async () => writeFile(state('lock'), Buffer.from([0, 255, 10, 123]))],
  ])('%s is taken over', async (_, leave) => {
    await leave()
    await ops.request('low')
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
  })

  it('that is a folder: exit code 2, with the place and the remedy', async () => {
    await mkdir(state('lock'))
    expectStopped(await tried(() => ops.tick()), 2, state('lock'), 'something else is there', 'move it away')
    await rm(state('lock'), { recursive: true })
  })
})
