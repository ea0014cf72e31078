import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LogTail, tailText } from '../../../lib/runner/log-tail.js'
import { takeOutputs } from '../../../lib/runner/output-file.js'
import { parseIdentity, renderIdentity } from '../../../lib/runner/process-identity.js'
import {
  isBetween,
  lastPid,
  parseStat,
  readProcess,
  readProcessesBetween,
  readProcessTable,
} from '../../../lib/runner/process-table.js'
import { readEnd } from '../../../lib/runner/read-end.js'
import { RunLog } from '../../../lib/runner/run-log.js'
import { SharedSync } from '../../../lib/runner/shared-sync.js'
import { StartLease, wasLeased } from '../../../lib/runner/start-lease.js'
import { END_KEY, LIMITS, sh, tempFolder, until, world } from './fixture.js'

describe('the process table', () => {
  it('is not fooled by the name of a program', () => {
    const stat = '42 (a) S (b) R 7 42 40 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 1 1'
    expect(parseStat(42, stat)).toEqual({ pid: 42, ppid: 7, group: 42, session: 40, startTicks: 123456, isAlive: true })
    expect(parseStat(42, stat.replace(') R', ') Z'))?.isAlive).toBe(false)
    expect(parseStat(42, 'nonsense')).toBeNull()
  })

  it('has this process, and the young ones when asked for those', () => {
    expect(readProcessTable().map(({ pid }) => pid)).toContain(process.pid)
    expect(readProcess(process.pid)?.ppid).toBe(process.ppid)
    expect(readProcess(2 ** 22 + 1)).toBeNull()
    const child = spawnSync('/bin/sh', ['-c', 'echo $$'])
    const young = readProcessesBetween(Number(child.stdout.toString()), lastPid()).map(({ pid }) => pid)
    expect(young).not.toContain(process.ppid)
  })

  it('knows a pid that was given out between two looks, also where they begin anew', () => {
    for (const pid of [11, 15, 20]) expect(isBetween(10, pid, 20)).toBe(true)
    for (const pid of [10, 9, 21]) expect(isBetween(10, pid, 20)).toBe(false)
    for (const pid of [32_761, 3, 5]) expect(isBetween(32_760, pid, 5)).toBe(true)
    for (const pid of [32_760, 6]) expect(isBetween(32_760, pid, 5)).toBe(false)
    expect(isBetween(0, 7, 0)).toBe(false)
  })

  it('names one process of one boot', () => {
    const identity = { pid: 12, startTicks: 345, boot: '2221ce45-7404-4ee4-96cb-082325955fcc' }
    expect(parseIdentity(renderIdentity(identity))).toEqual(identity)
    for (const text of ['', '12', '12.345', '12.x.boot', '12.345.B', ' 12.345.b', '-1.2.b'])
      expect(parseIdentity(text)).toBeNull()
    expect(renderIdentity({ ...identity, pid: 4194304, startTicks: 999_999_999 }).length).toBeLessThan(60)
  })
})

describe('the tail of a log', () => {
  it('is the last bytes, cut between characters', () => {
    const tail = new LogTail(10)
    for (const chunk of ['0123', '456789', 'é', 'abc', '']) tail.push(Buffer.from(chunk))
    expect(tail.text()).toBe('56789éabc')
    tail.push(Buffer.from('x'.repeat(100)))
    expect(tail.text()).toBe('x'.repeat(10))
  })

  it('never exceeds its limit, whatever the bytes', () => {
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(Array.from({ length: 40 }, (_, k) => (i * 31 + k * k * 17) % 256))
      const text = tailText(bytes, 16)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16)
      expect(Buffer.from(text).toString()).toBe(text)
    }
  })
})

describe('outputs', () => {
  const limits = { ...LIMITS, outputKeys: 3, outputFileBytes: 60 }
  const outputsOf = (text: string) => {
    const path = join(tempFolder(), 'output')
    writeFileSync(path, text)
    return takeOutputs(path, [], limits)
  }

  it('are counted and cut, and bad lines are named', () => {
    expect(outputsOf('a=1\nb=2\nc=3\nd=4\na=5\n')).toEqual({
      values: { a: '5', b: '2', c: '3' },
      notes: ['COUNTERSIGN_OUTPUT line 4 is ignored: there are more than 3 keys'],
    })
    const cut = outputsOf(`a=1\nb=${'x'.repeat(100)}\nc=3\n`)
    expect(cut.values).toEqual({ a: '1' })
    expect(cut.notes).toEqual(['COUNTERSIGN_OUTPUT is cut at 60 bytes'])
    const bad = outputsOf(`${'=\n'.repeat(12)}__proto__=1\nA=1\n a=1\n`)
    expect(bad.values).toEqual({})
    expect(bad.notes).toHaveLength(11)
    expect(bad.notes.at(-1)).toBe('COUNTERSIGN_OUTPUT: 5 more lines are ignored')
  })
})

describe('a log that cannot be stored', () => {
  it('keeps its tail and says why', async () => {
    const log = new RunLog(join(tempFolder(), 'missing', 'log'), [], LIMITS)
    log.push(Buffer.from('hello\n'))
    const { tail } = await log.close()
    expect(tail).toBe('hello\n\n[countersign] 6 bytes of output are not in the log: it could not be stored: ENOENT\n')
  })
})

describe('a sync that is shared', () => {
  it('serves callers that come together, and those that come late', async () => {
    const sync = new SharedSync(tempFolder())
    await Promise.all(Array.from({ length: 50 }, () => sync.sync()))
    await sync.sync()
    const broken = new SharedSync('/no/such/folder')
    await expect(Promise.all([broken.sync(), broken.sync()])).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('a disk that a run fills', () => {
  it('neither ends the supervisor nor hides how the run ended', async (context) => {
    const small = join(tempFolder(), 'small')
    mkdirSync(small)
    const mount = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small])
    if (mount.status !== 0) return context.skip()
    onTestFinished(() => void spawnSync('/bin/umount', ['-l', small]))
    const { go, layout } = await world({ stateDir: small })
    const fill = 'echo before; head -c 10000000 /dev/zero > "$HOME/big" || true; echo after; false'
    const end = await go('full', { steps: [sh(fill)] })
    expect(end).toMatchObject({ status: 'failed', reason: 'step_failed', exitCode: 1 })
    expect(end.logTail).toMatch(/^before\n(.*\n)*after\n/)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(readEnd(layout('full'), END_KEY)).toEqual(end)
    expect(existsSync(join(layout('full').home, 'big'))).toBe(false)
    expect(await go('next', { steps: [sh('echo fine')] })).toMatchObject({ status: 'succeeded' })
  })
})

describe('a lease', () => {
  it('that was written for runs which were forgotten meanwhile does not keep the next one from being ready', async () => {
    const runs = tempFolder()
    const lease = new StartLease(runs)
    const burst = Array.from({ length: 32 }, (_, index) => `burst-${index}`)
    for (const nonce of burst) lease.note(nonce)
    const covered = lease.cover('burst-0')
    for (const nonce of burst) lease.forget(nonce)
    await covered
    for (const nonce of ['a', 'b']) lease.note(nonce)
    await lease.cover('a')
    lease.note('next')
    await lease.cover('b')
    await until('the next one is leased, too', () => wasLeased(runs, 'next', 'ever'), 5_000)
  })
})
