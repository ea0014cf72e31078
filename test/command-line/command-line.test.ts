// What a developer mistypes: one message that says how to put it right, and nothing is played.
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const PROJECT = new URL('../../', import.meta.url).pathname
const SIMULATE = 'test/simulation/main.ts'
const KILLS = 'test/kills/main.ts'
const BENCH = 'bench/main.ts'
const TIMEOUT_MS = 2 * 60_000

function start(program: string, options: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, ...options], {
    cwd: PROJECT,
    encoding: 'utf8',
    // As somebody starts it, and not vitest.
    env: { PATH: process.env['PATH'] },
    timeout: TIMEOUT_MS,
  })
  return { status, stdout, stderr }
}

describe('what is not understood is said in one message, with exit code 2', { timeout: TIMEOUT_MS }, () => {
  it.each<[string, readonly string[], string]>([
    [SIMULATE, ['--nonsense', '3'], "unknown option '--nonsense'"],
    [SIMULATE, ['--sede', '3'], "unknown option '--sede'\n(Did you mean --seed?)"],
    [
      SIMULATE,
      ['--schedules', 'abc'],
      "option '--schedules <count>' argument 'abc' is invalid. It must be a whole number.",
    ],
    [SIMULATE, ['--replay'], "option '--replay <seed>' argument missing"],
    [SIMULATE, ['1601'], 'too many arguments. Expected 0 arguments but got 1.'],
    [KILLS, ['--kill', '3'], "unknown option '--kill'\n(Did you mean --kills?)"],
    [KILLS, ['--kills', '0'], "option '--kills <count>' argument '0' is invalid. It must be a whole number above 0."],
    [BENCH, ['--brust', '3'], "unknown option '--brust'\n(Did you mean --burst?)"],
    [
      BENCH,
      ['--records', '0,many'],
      "option '--records <counts>' argument '0,many' is invalid. It must be a whole number.",
    ],
    [
      BENCH,
      ['--only', 'parse,brust'],
      "option '--only <parts>' argument 'parse,brust' is invalid. `brust` is none of parse, burst, merge, ticks, week.",
    ],
  ])('%s %j', (program, options, message) => {
    expect(start(program, options)).toEqual({ status: 2, stdout: '', stderr: `error: ${message}\n(see --help)\n` })
  })
})

describe('help', { timeout: TIMEOUT_MS }, () => {
  it.each([
    [SIMULATE, 'npm run simulate --'],
    [KILLS, 'npm run kills --'],
    [BENCH, 'npm run bench --'],
  ])('is there for %s', (program, started) => {
    const { status, stdout } = start(program, ['--help'])
    expect({ status, usage: stdout.split('\n')[0] }).toEqual({ status: 0, usage: `Usage: ${started} [options]` })
  })
})
