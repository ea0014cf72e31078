/** Readers who stop, and disks that are full: the work goes on, and half an answer does not look like a whole one. */
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ran, runCli, startCli } from './cli.js'
import { Ops } from './ops.js'
import { until } from './until.js'

let ops: Ops
beforeAll(async () => {
  ops = await Ops.make()
})
afterAll(() => ops.remove())

/** Shell lines that start the command, which is `"$@"`. */
const shell = (lines: string) => ['/bin/sh', '-c', lines, 'sh']
/** The reader has gone before there is a word to read; what stdout carries is the command's exit code instead. */
const UNREAD = shell('{ { "$@"; echo "$?" >&3; } | true; } 3>&1')

function operate(under: readonly string[], ...args: readonly string[]): Promise<Ran> {
  const { home, env } = ops.people.operator
  return runCli([...args, '--config', ops.config], { cwd: home, env, under })
}

const isRecorded = async (id: string) =>
  (await ops.paths('vault/fired')).some((path) => path.endsWith(`/${id}/outcome.json`))

describe('a reader that has gone', () => {
  it.each([
    ['status', []],
    ['log', []],
    ['verify', []],
    ['doctor', []],
    ['help', []],
    ['status', ['--watch']],
  ])('lets %s %j end as it would have', async (command, args) => {
    const { home, env } = ops.people.operator
    const place = command === 'help' ? [] : ['--config', ops.config]
    const ran = await runCli([command, ...args, ...place], { cwd: home, env, under: UNREAD })
    expect({ code: ran.stdout, stderr: ran.stderr }).toEqual({ code: '0\n', stderr: '' })
  })

  it('lets a tick see to its runs', async () => {
    await ops.push(ops.people.agent, 'unread')
    const ran = await operate(UNREAD, 'tick')
    expect({ code: ran.stdout, stderr: ran.stderr }).toEqual({ code: '0\n', stderr: '' })
    expect(await isRecorded('unread')).toBe(true)
  })
})

const hasFull = existsSync('/dev/full')

// Without /dev/full (macOS) there is no file that is always full.
describe.skipIf(!hasFull)('a disk that is full', () => {
  it('under an answer is told, with exit code 3', async () => {
    const ran = await operate(shell('exec "$@" > /dev/full'), 'verify')
    expect(ran.code).toBe(3)
    expect(ran.stderr).toMatch(/^error: a part of the answer is missing: stdout could not be written \(ENOSPC.*\)\n$/)
  })

  it('under its log does not stop the daemon', async () => {
    const { home, env } = ops.people.operator
    const options = { cwd: home, env, under: shell('exec "$@" 2> /dev/full') }
    const daemon = startCli(['serve', '--config', ops.config], options)
    for (const id of ['silent-1', 'silent-2']) {
      await ops.push(ops.people.agent, id)
      await until(`${id} is recorded`, () => isRecorded(id))
    }
    daemon.signal('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
  })
})
