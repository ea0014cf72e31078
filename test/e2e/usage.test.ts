/** Wrong uses, each with one message that says what to do. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from './cli.js'
import { makeFolder } from './ops.js'
import { User } from './user.js'

let folder: string
let user: User
beforeAll(async () => {
  folder = await makeFolder()
  user = await User.make(folder, 'newcomer')
  await user.git(folder, 'init', '--quiet', '--bare', join(folder, 'empty.git'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const KEY = `ed25519:${Buffer.alloc(32, 7).toString('base64')}`

describe('a user without a place for a cache', () => {
  it('is told of XDG_CACHE_HOME where the home cannot be written', async () => {
    const { XDG_CACHE_HOME: _, ...env } = user.env
    const ran = await runCli(['status', '--repo', join(folder, 'empty.git')], {
      cwd: folder,
      env: { ...env, HOME: join(folder, 'empty.git', 'HEAD') },
    })
    expect(ran.code, `${ran}`).toBe(2)
    expect(ran.stderr).toContain('XDG_CACHE_HOME')
  })
})

describe('the command line', () => {
  it('says what there is, with examples to type', async () => {
    const help = await user.cli('--help')
    expect(help.code).toBe(0)
    for (const command of [
      'demo',
      'init',
      'request',
      'validate',
      'classify',
      'approve',
      'serve',
      'tick',
      'status',
      'log',
      'verify',
      'freeze',
      'unfreeze',
    ])
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    const approve = await user.cli('approve', '--help')
    expect(approve.stdout).toContain('$ countersign approve')
    expect((await user.cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    ['an unknown command', ['tikc'], 'Did you mean tick?'],
    ['help on an unknown command', ['help', 'tikc'], "unknown command 'tikc'; did you mean `tick`?"],
    ['an unknown option', ['tick', '--dryrun'], 'Did you mean --dry-run?'],
    ['a misspelt option beside one that is missing', ['request', 'note', '--contxt', 'why'], 'Did you mean --context?'],
    ['a misspelt reason', ['freeze', '--reson', 'why'], 'Did you mean --reason?'],
    ['a request that says no why', ['request', 'note', '--repo', '../../empty.git'], 'say why with --context'],
    ['a freeze that says no why', ['freeze'], 'say why with --reason'],
    [
      'a filter beside the id of one action',
      ['log', 'note-1', '--tier', 'high', '--repo', '../../empty.git'],
      '--tier chooses among all that fired',
    ],
    ['no command at all', [], 'Usage: countersign'],
    ['a missing argument', ['approve'], "missing required argument 'id'"],
    ['a value that is none', ['log', '--tier', 'huge'], 'low, medium, high'],
    ['no configuration', ['tick'], 'there is no configuration at'],
    ['a configuration that is not there', ['status', '--config', 'nowhere.toml'], 'nowhere.toml'],
    ['an empty repo', ['status', '--repo', '../../empty.git'], 'countersign init'],
    ['a repo without a name', ['status', '--repo', ''], 'name the ops repo with --repo URL'],
    [
      'a time limit without anything that waits',
      ['request', 'note', '--context', 'why', '--timeout', '5'],
      'ask with --wait as well',
    ],
    ['an id that is empty', ['request', 'note', '--context', 'why', '--id', ''], '--id is empty'],
  ])('%s exits 2 and says what to do', async (_, args, words) => {
    const told = await user.cli(...args)
    expect(told.code, told.text).toBe(2)
    expect(told.stdout).toBe('')
    expect(told.stderr).toContain(words)
  })

  it.each(['COUNTERSIGN_REPO', 'COUNTERSIGN_CONFIG'])('an empty %s is none', async (name) => {
    const told = await user.with({ [name]: '' }).cli('status')
    expect(told.code, told.text).toBe(2)
    expect(told.stderr).toContain('which ops repo? Name it with --repo URL')
  })

  it('a configuration with mistakes is told with line and column, all at once', async () => {
    const path = join(folder, 'countersign.toml')
    await writeFile(path, '[repo]\nurll = "x"\n\n[identity]\nname = "d"\nkey = 3\n')
    const told = await user.cli('tick', '--config', path)
    expect(told.code, told.text).toBe(2)
    expect(told.stderr).toContain(`${path}:2:1: `)
    expect(told.stderr).toContain(`${path}:6:1: `)
    expect(told.stderr).toContain('trust')
  })

  it.each([
    ['status', []],
    ['verify', ['--key', KEY]],
    ['request', ['groom-backlog', '--context', 'x']],
  ])('%s of a repo that cannot be reached exits 3', async (command, more) => {
    const told = await user.cli(command, ...more, '--repo', join(folder, 'nowhere.git'), '--json')
    expect(told.code, told.text).toBe(3)
    expect(told.stdout).toBe('')
    expect(told.stderr).toContain('nowhere.git')
    expect(told.stderr).not.toContain('unexpected error')
  })

  it.each([
    [['--repo', 'nowhere.git'], '--repo names the ops repo; --config beside it is not read'],
    [['--forge', 'https://forge.example'], 'the configuration says which forge; --forge'],
  ])('%j beside a configuration says which of them counts', async (options, words) => {
    const told = await user.cli('status', ...options, '--config', 'nowhere.toml')
    expect(told.stderr).toContain(words)
  })

  it('NO_COLOR and a pipe get no colours', async () => {
    for (const env of [{}, { NO_COLOR: '1' }]) {
      const told = await user
        .with(env)
        .cli('classify', 'release', '--policy', new URL('../../policy.toml', import.meta.url).pathname)
      expect(told.text).not.toContain('\u001b[')
    }
  })
})
