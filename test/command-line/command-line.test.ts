// What a developer mistypes: one message that says how to put it right, and nothing is played.
import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { commandLine, count, someOf, wholeNumber, wholeNumbers } from './command-line.js'

const PROJECT = new URL('../../', import.meta.url).pathname
const TIMEOUT_MS = 2 * 60_000

describe('a program that developers start', { timeout: TIMEOUT_MS }, () => {
  it.each<[string, readonly string[], string]>([
    ['test/simulation/main.ts', ['--sede', '3'], "unknown option '--sede'\n(Did you mean --seed?)"],
    [
      'test/kills/main.ts',
      ['--kills', '0'],
      "option '--kills <count>' argument '0' is invalid. It must be a whole number above 0.",
    ],
    [
      'bench/main.ts',
      ['--only', 'parse,brust'],
      "option '--only <parts>' argument 'parse,brust' is invalid. `brust` is none of parse, burst, merge, ticks, week.",
    ],
  ])('says what it does not understand in one message, with exit code 2: %s %j', (program, options, message) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, ...options], {
      cwd: PROJECT,
      encoding: 'utf8',
      // As somebody starts it, and not vitest.
      env: { PATH: process.env['PATH'] },
      timeout: TIMEOUT_MS,
    })
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `error: ${message}\n(see --help)\n` })
  })
})

class Exit extends Error {
  constructor(readonly status: unknown) {
    super(`exit ${status}`)
  }
}

describe('a command line', () => {
  afterEach(() => vi.restoreAllMocks())

  function start(options: readonly string[]) {
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        said[stream] += text
        return true
      })
    vi.spyOn(process, 'exit').mockImplementation((status) => {
      throw new Exit(status)
    })
    const started = commandLine('npm run play --', 'Plays.')
      .option('--schedules <count>', 'how many', count, 1000)
      .option('--seed <seed>', 'of the first one', wholeNumber, 1)
      .option('--records <counts>', 'how much', wholeNumbers, [0])
      .option('--only <parts>', 'some', someOf(['parse', 'burst']), ['parse'])
    try {
      return { ...said, status: null, values: started.parse(['node', 'play', ...options]).opts() }
    } catch (error) {
      return { ...said, status: (error as Exit).status, values: null }
    }
  }

  it.each<[readonly string[], string]>([
    [['--nonsense', '3'], "unknown option '--nonsense'"],
    [['--sede', '3'], "unknown option '--sede'\n(Did you mean --seed?)"],
    [['--schedules', 'abc'], "option '--schedules <count>' argument 'abc' is invalid. It must be a whole number."],
    [['--schedules', '0'], "option '--schedules <count>' argument '0' is invalid. It must be a whole number above 0."],
    [['--seed'], "option '--seed <seed>' argument missing"],
    [['1601'], 'too many arguments. Expected 0 arguments but got 1.'],
    [['--records', '0,many'], "option '--records <counts>' argument '0,many' is invalid. It must be a whole number."],
    [['--only', 'brust'], "option '--only <parts>' argument 'brust' is invalid. `brust` is none of parse, burst."],
  ])('says what it does not understand in one message, with exit code 2: %j', (options, message) => {
    expect(start(options)).toMatchObject({ status: 2, stdout: '', stderr: `error: ${message}\n(see --help)\n` })
  })

  it('has a help, with exit code 0', () => {
    const { status, stdout, stderr } = start(['--help'])
    expect({ status, stderr, usage: stdout.split('\n')[0] }).toEqual({
      ...{ status: 0, stderr: '', usage: 'Usage: npm run play -- [options]' },
    })
  })

  it('hands over what it understands', () => {
    const { values } = start(['--seed', '0', '--records', '0,1000', '--only', 'burst,parse'])
    expect(values).toEqual({ schedules: 1000, seed: 0, records: [0, 1000], only: ['burst', 'parse'] })
  })
})
