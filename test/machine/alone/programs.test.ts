/** git and ssh-keygen: missing, too old, killed, or without end. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { TickLine } from '../../../dispatcher/cli/tick-line.js'
import { openDispatcher } from '../../../dispatcher/dispatcher.js'
import { checkGitVersion } from '../../../lib/git/git-version.js'
import { checkSshKeygen } from '../../../lib/signing/ssh-keygen.js'
import { LIMITS } from '../../../vault/limits.js'
import { OpsRepo } from '../../support/ops-repo.js'
import { SILENT, testAdapters, testSupervisor } from '../../support/test-adapters.js'
import { FakeGit } from '../fake-git.js'
import { linkPrograms } from '../own-path.js'
import { expectStopped, expectTold, tried, triedTo } from '../tried.js'

// A copy that a test may change: what hangs here is to be ended now, and not in five minutes.
vi.mock('../../../vault/limits.js', async (original) => ({
  LIMITS: { ...(await original<{ LIMITS: object }>()).LIMITS },
}))
const limits: { gitNetworkMs: number; gitLocalMs: number } = LIMITS as never
const { gitNetworkMs, gitLocalMs } = LIMITS

let ops: OpsRepo
let folder: string
beforeEach(async () => {
  ops = await OpsRepo.make()
  folder = ops.remote.folder
  return () => ops.remove()
})

const bin = async (name: string, script: string): Promise<string> => {
  const path = join(folder, 'own-bin')
  await mkdir(path, { recursive: true })
  await writeFile(join(path, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(path, name), 0o755)
  return path
}

/** One tick with this PATH. */
async function tickWith(path: string): Promise<readonly TickLine[]> {
  const { config } = await ops.configure()
  const environment = { PATH: path, HOME: folder }
  const adapters = testAdapters({ environment, now: () => ops.now, supervisor: testSupervisor() })
  const dispatcher = await openDispatcher(config, adapters, SILENT)
  try {
    return await ops.tickBy(dispatcher)
  } finally {
    await dispatcher.close()
  }
}

describe('before anything is done', () => {
  it('no git: exit code 2, and what to install', async () => {
    const outcome = await triedTo(() => checkGitVersion({ PATH: join(folder, 'empty') }))
    expectStopped(outcome, 2, 'git could not be started', 'install git 2.38 or later')
  })

  it.each([
    ['too old', 'echo git version 2.30.2', 'here is git version 2.30.2'],
    ['no git at all', 'echo hello', 'here is hello'],
  ])('a git that is %s: exit code 2, and what it is', async (_, script, said) => {
    const PATH = await bin('git', script)
    expectStopped(await triedTo(() => checkGitVersion({ PATH })), 2, 'git 2.38 or later is needed', said, 'upgrade it')
  })

  it('no ssh-keygen, or one that cannot be executed: exit code 2, and what to install', async () => {
    const said = ['ssh-keygen is not on the PATH', 'install OpenSSH']
    expectStopped(await triedTo(() => checkSshKeygen({ PATH: join(folder, 'empty') })), 2, ...said)
    const PATH = await bin('ssh-keygen', 'exit 0')
    await chmod(join(PATH, 'ssh-keygen'), 0o644)
    expectStopped(await triedTo(() => checkSshKeygen({ PATH })), 2, ...said)
    await chmod(join(PATH, 'ssh-keygen'), 0o755)
    expect(await triedTo(() => checkSshKeygen({ PATH }))).toMatchObject({ kind: 'ticked' })
  })
})

describe('ssh-keygen vanishes while a dispatcher runs', () => {
  it('no signature counts, nothing is refused for it, and it is named; when it is back, the approval counts', async () => {
    const path = join(folder, 'no-keygen')
    await linkPrograms(path, ['ssh-keygen'])
    const head = await ops.request('rel', { formula: 'release' }, ops.keys.agent)
    const said = ['ssh-keygen is not on the PATH', 'install OpenSSH']
    expectStopped(await tried(() => tickWith(path)), 2, ...said)
    await ops.tick()
    await ops.approve(head, ops.keys.alice)
    expectStopped(await tried(() => tickWith(path)), 2, ...said)
    expect(await ops.ran()).toEqual([])
    expect(await ops.records()).toEqual(['vault/actions/rel.toml'])
    expect(await ops.tick()).toMatchObject([{ id: 'rel', status: 'succeeded' }])
  })
})

const COMMANDS = ['ls-remote', 'fetch', 'cat-file', 'rev-list', 'fast-import', 'push']

describe.each(COMMANDS)('git %s', (command) => {
  it.each([
    ['is killed', 'kill', /killed by SIGKILL/],
    ['never ends', 'hang', /took too long and was ended/],
  ] as const)('%s: it is said or asked again, nothing is refused, and the action runs once', async (_, how, words) => {
    const git = await FakeGit.make(folder)
    await tickWith(git.path)
    await ops.request('low')
    await git.fail(command, how)
    if (how === 'hang') Object.assign(limits, { gitNetworkMs: 1_500, gitLocalMs: 1_500 })
    const failed = await tried(() => tickWith(git.path))
    Object.assign(limits, { gitNetworkMs, gitLocalMs })
    if (failed.kind === 'stopped') expectStopped(failed, 3, words)
    else {
      expect(failed.lines).toMatchObject([{ id: 'low', verdict: 'unverifiable' }])
      // A request that could not be read says so by its reason; what could not be written says why.
      if (command === 'fast-import' || command === 'push') expectTold(failed.lines[0]?.detail ?? '', words)
    }
    await git.mend()
    await tickWith(git.path)
    expect(await ops.ran()).toEqual(['low'])
    expect((await ops.records()).filter((path) => path.includes('/outcome'))).toHaveLength(1)
  })
})

it('a git that is killed while a clone is looked at does not make it something else', async () => {
  const git = await FakeGit.make(folder)
  await tickWith(git.path)
  await git.fail('config', 'kill')
  expectStopped(await tried(() => tickWith(git.path)), 3, 'git config', 'killed by SIGKILL')
})
