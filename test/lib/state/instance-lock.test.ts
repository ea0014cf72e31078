/** One process a state folder, whatever a crash left of the lock. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { InstanceLocked, lockInstance } from '../../../lib/state/instance-lock.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-lock-'))
  return () => rm(folder, { recursive: true, force: true })
})

const lock = () => join(folder, 'lock')
const files = async () => (await readdir(folder)).sort()
/** Of a process that has ended. */
const stale = (token: string) => {
  const { pid } = spawnSync('true')
  return JSON.stringify({ pid, started: '1', token })
}

describe('the lock', () => {
  it('is held by one, and given back', async () => {
    const first = await lockInstance(folder)
    await expect(lockInstance(folder)).rejects.toThrow(InstanceLocked)
    await first.release()
    const second = await lockInstance(folder)
    expect(second.id).toBe(first.id)
    await second.release()
    expect(await files()).toEqual(['instance.json'])
  })

  it.each([
    ['of a process that ended', () => stale('a')],
    ['that a crash left half written', () => '{"pid":'],
    ['that is empty', () => ''],
  ])('%s is taken over', async (_, text) => {
    await writeFile(lock(), text())
    const { release } = await lockInstance(folder)
    await expect(lockInstance(folder)).rejects.toThrow(InstanceLocked)
    await release()
    expect(await files()).toEqual(['instance.json'])
  })

  it.runIf(existsSync('/proc/self/stat'))(
    'of a process that was killed, and that nobody waits for, is taken over',
    async () => {
      const parent = spawn('/bin/sh', ['-c', 'sleep 300 & echo $!; exec sleep 300'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      onTestFinished(() => void parent.kill('SIGKILL'))
      const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)))
      const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
      await writeFile(lock(), JSON.stringify({ pid, started: fields()[19], token: 'a' }))
      await expect(lockInstance(folder)).rejects.toThrow(InstanceLocked)
      while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await sleep(10)
      process.kill(pid, 'SIGKILL')
      while (fields()[0] !== 'Z') await sleep(10)
      await (await lockInstance(folder)).release()
    },
  )

  it('that is another one by now is not given back', async () => {
    const { release } = await lockInstance(folder)
    await writeFile(lock(), stale('somebody'))
    await release()
    expect(await readFile(lock(), 'utf8')).toContain('somebody')
  })
})

describe('a lock of a container or machine from which no process is seen here', () => {
  const pace = { beatMs: 40, silenceMs: 400 }
  /** Its pid and start are those of nobody here, or of somebody. */
  const foreign = (pid: number) => JSON.stringify({ pid, started: '1', space: 'elsewhere', token: 'a' })

  it.each([
    ['that nobody has here', spawnSync('true').pid],
    ['that another process has here', process.pid],
  ])('is held as long as it shows that it lives, with a pid %s', async (_, pid) => {
    await writeFile(lock(), foreign(pid))
    const beats = setInterval(() => utimesSync(lock(), new Date(), new Date()), pace.beatMs)
    onTestFinished(() => clearInterval(beats))
    await expect(lockInstance(folder, undefined, pace)).rejects.toThrow(InstanceLocked)
    expect(await readFile(lock(), 'utf8')).toBe(foreign(pid))
    clearInterval(beats)
    const onWait = vi.fn()
    await (await lockInstance(folder, onWait, pace)).release()
    expect(onWait).toHaveBeenCalledOnce()
    expect(await files()).toEqual(['instance.json'])
  })

  it('is shown to live by who holds it, until it is given back', async () => {
    const { release } = await lockInstance(folder, undefined, pace)
    const at = () => statSync(lock()).mtimeMs
    const before = at()
    while (at() === before) await sleep(10)
    await release()
    await writeFile(lock(), foreign(1))
    const left = at()
    await sleep(pace.beatMs * 3)
    expect(at()).toBe(left)
  })

  it('is waited for by many, and taken over by exactly one of them', async () => {
    await writeFile(lock(), foreign(1))
    const tried = await Promise.allSettled(Array.from({ length: 12 }, () => lockInstance(folder, undefined, pace)))
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await files()).toEqual(['instance.json', 'lock'])
  })
})

describe('a stale lock that many see at once', () => {
  it('is taken over by exactly one of them', async () => {
    for (let round = 0; round < 40; round++) {
      await writeFile(lock(), stale(`round-${round}`))
      const tried = await Promise.allSettled(Array.from({ length: 12 }, () => lockInstance(folder)))
      const won = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(won).toHaveLength(1)
      for (const each of tried) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(InstanceLocked)
      await won[0]?.release()
      expect(await files()).toEqual(['instance.json'])
    }
  })

  it('is taken over, too, when the one that had the right to died before it did', async () => {
    const right = (text: string) => `lock.after-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
    const texts = [stale('first'), stale('second'), stale('third')]
    const [first = '', second = '', third = ''] = texts
    await writeFile(lock(), first)
    await writeFile(join(folder, right(first)), second)
    await writeFile(join(folder, right(second)), third)
    const tried = await Promise.allSettled(Array.from({ length: 12 }, () => lockInstance(folder)))
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await files()).toEqual(['instance.json', 'lock'])
  })
})

describe('what processes left that were killed while they took the lock', () => {
  it('goes with the next start; the draft of one that lives stays', async () => {
    const alive = JSON.stringify({ pid: process.pid, started: '', token: 'b' })
    await writeFile(join(folder, 'lock.draft-a'), stale('a'))
    await writeFile(join(folder, 'lock.draft-d'), JSON.stringify({ pid: process.pid, started: '', space: 'elsewhere' }))
    await writeFile(join(folder, 'lock.draft-b'), alive)
    await writeFile(join(folder, 'lock.after-0123'), stale('c'))
    await lockInstance(folder)
    expect(await files()).toEqual(['instance.json', 'lock', 'lock.draft-b'])
  })
})
