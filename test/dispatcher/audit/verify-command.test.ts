import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failureOf } from '../../../dispatcher/cli/failure.js'
import { CommandError } from '../../../dispatcher/cli/terminal.js'
import { type VerifyOptions, verifyCommand } from '../../../dispatcher/cli/verify-command.js'
import { runGit, run as runProgram } from '../../support/run-git.js'
import { newSigner } from '../../vault/record/key.js'
import { AuditedRepo, Screen } from './audited-repo.js'

let repo: AuditedRepo
beforeAll(async () => {
  repo = await AuditedRepo.make()
  await repo.honestStory()
})
afterAll(() => repo.remove())

async function run(options: VerifyOptions) {
  const screen = new Screen()
  try {
    return { exitCode: await verifyCommand(options, repo.adapters, screen), text: screen.lines.join('\n') }
  } catch (error) {
    const failure = failureOf(error)
    return { exitCode: failure.exitCode, text: failure.message, expected: error instanceof CommandError }
  }
}

describe('verify as a command', () => {
  it('says what it looked at', async () => {
    const { exitCode, text } = await run({ repo: repo.ops.remote.url, key: [repo.signer.publicKey] })
    expect(exitCode).toBe(0)
    expect(text).toContain(`trust root: ${repo.ops.root}`)
    expect(text).toContain('read:       7 records (3 fired actions, 1 refusal, 0 events)')
    expect(text).toContain('judged:     3 claims, by the trust set in force at the time\nholds:')
  })

  it('says one line a finding, with the remedy at the end, and quotes paths safely', async () => {
    const branch = await repo.attack({ 'vault/fired/\u001b[31mred': 'x' })
    const { exitCode, text } = await run({ repo: repo.ops.remote.url, branch, key: [repo.signer.publicKey] })
    expect(exitCode).toBe(1)
    expect(text).toContain('record_foreign  vault/fired/\\u{1b}[31mred: a dispatcher writes nothing there\n')
    expect(text).toContain('DOES NOT HOLD: 1 finding\n  record_foreign: ')
    expect(text).not.toContain('\u001b')
  })

  it('wants a pinned key, before it fetches anything', async () => {
    expect(await run({ repo: '/nowhere/at/all' })).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('--key'),
    })
  })

  it('refuses what is no key, and what is no commit', async () => {
    expect(await run({ repo: repo.ops.remote.url, key: ['ed25519:abc'] })).toMatchObject({
      exitCode: 2,
      expected: true,
    })
    const key = [repo.signer.publicKey]
    expect(await run({ repo: repo.ops.remote.url, key, root: 'main' })).toMatchObject({ exitCode: 2, expected: true })
  })

  it('finds nothing but unknown keys where the wrong key is pinned', async () => {
    const { findings, exitCode, root } = await repo.verify('main', { keys: [newSigner().publicKey] })
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['record_key_unknown']))
    expect([exitCode, root]).toEqual([1, repo.ops.root])
  })

  it('could not verify what it could not reach', async () => {
    const key = [repo.signer.publicKey]
    expect(await run({ repo: join(repo.ops.remote.folder, 'gone.git'), key })).toMatchObject({ exitCode: 3 })
    expect(await run({ repo: repo.ops.remote.url, branch: 'gone', key })).toMatchObject({ exitCode: 3, expected: true })
  })

  it('could not verify where an object is missing', async () => {
    const { remote } = repo.ops
    const branch = await repo.branch()
    const key = [repo.signer.publicKey]
    const workplace = await cloneOf(branch, key)
    const intent = await remote.git(['rev-parse', `${branch}:${await repo.folderOf('low-1')}/intent.json`])
    await removeObject(workplace, intent)
    expect(await run({ repo: remote.url, branch, key })).toMatchObject({
      exitCode: 3,
      expected: true,
      text: expect.stringContaining(intent),
    })
  })
})

/** The clone in the cache, after a first look. */
async function cloneOf(branch: string, key: readonly string[]): Promise<string> {
  let path = ''
  const openClone: typeof repo.adapters.openClone = (options) => {
    path = options.path
    return repo.adapters.openClone(options)
  }
  await verifyCommand({ repo: repo.ops.remote.url, branch, key }, { ...repo.adapters, openClone }, new Screen())
  return path
}

/** Packs hold it: so they are taken apart first. */
async function removeObject(clone: string, object: string): Promise<void> {
  const packs = join(clone, 'objects', 'pack')
  await mkdir(join(clone, 'away'))
  await rename(packs, join(clone, 'away', 'pack'))
  await mkdir(packs)
  const script = `for pack in away/pack/*.pack; do GIT_DIR=. git unpack-objects -q < "$pack"; done`
  await runProgram('sh', ['-c', script], clone)
  await runGit(clone, ['--git-dir=.', 'cat-file', '-e', object])
  await rename(join(clone, 'objects', object.slice(0, 2), object.slice(2)), join(clone, 'away', object))
}
