/** An operator sets an ops repo up. */
import { existsSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder, makePeople, type People } from './ops.js'

let folder: string
let people: People
beforeAll(async () => {
  folder = await makeFolder()
  people = await makePeople(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const at = (name: string) => join(folder, name)

describe('init on a path that does not exist', () => {
  it('makes the ops repo, with whoever lays it out as its admin, and writes nothing until it is enabled', async () => {
    const { alice, agent } = people
    const told = await alice.cli(
      'init',
      at('new.git'),
      '--dir',
      at('new'),
      '--requester',
      `agent=${agent.publicKey}`,
      '--json',
    )
    expect(told.code, told.text).toBe(0)
    expect(told.json()).toMatchObject({
      repo: at('new.git'),
      config: at('new/countersign.toml'),
      trust_root: expect.stringMatching(/^[0-9a-f]{40}$/),
      dispatcher_key: expect.stringMatching(/^ed25519:/),
    })
    const clone = await alice.clone(at('new.git'))
    expect(await readFile(join(clone.path, 'policy.toml'), 'utf8')).toContain('alice = "admin"\nagent = "request"\n')
    expect(await readFile(join(clone.path, 'policy.toml'), 'utf8')).toContain('enabled = false')
    expect((await stat(at('new/dispatcher.key'))).mode & 0o077).toBe(0)
    expect((await alice.cliIn(clone.path, 'validate')).text).toMatch(/\d+ files, no problems/)

    const refs = () => alice.git(at('new.git'), 'for-each-ref')
    await agent.cli('request', 'groom-backlog', '--context', 'why not', '--id', 'tidy', '--repo', at('new.git'))
    const before = await refs()
    const tick = await alice.cliIn(at('new'), 'tick', '--json')
    expect(tick.lines()).toEqual([{ id: 'tidy', tier: 'low', verdict: 'wait', reason: 'write_disabled' }])
    expect(tick.code).toBe(0)
    expect(await refs()).toBe(before)
    expect((await alice.cliIn(at('new'), 'status')).stdout).toContain('[write] enabled = false')

    await clone.pushToMain({
      message: 'enable',
      files: {
        'policy.toml': (await readFile(join(clone.path, 'policy.toml'), 'utf8')).replace(
          'enabled = false',
          'enabled = true',
        ),
      },
    })
    expect((await alice.cliIn(at('new'), 'tick', '--json')).lines()).toMatchObject([
      { id: 'tidy', verdict: 'fire', status: 'succeeded' },
    ])
  })

  it('without any admin makes nothing, exits 2 and says what to do', async () => {
    const told = await people.eve.cli('init', at('nobody.git'), '--dir', at('nobody'))
    expect(told.code).toBe(2)
    expect(told.stderr).toContain('an ops repo needs an admin')
    expect(told.stderr).toContain('--admin NAME=PUBKEY')
    expect(existsSync(at('nobody.git'))).toBe(false)
    expect(existsSync(at('nobody'))).toBe(false)
  })

  it('with a key that is none, makes nothing and exits 2', async () => {
    const told = await people.operator.cli('init', at('nokey.git'), '--dir', at('nokey'), '--admin', 'alice=hello')
    expect(told.code).toBe(2)
    expect(told.stderr).toContain('--admin alice: "hello" is neither a public key nor a file')
    expect(existsSync(at('nokey.git'))).toBe(false)
  })
})

describe('init on a repo that exists', () => {
  it('lays out an empty bare repo whose HEAD is at master, so that a clone has files in it', async () => {
    const { alice } = people
    await alice.git(folder, 'init', '--quiet', '--bare', '--initial-branch=master', at('empty.git'))
    const told = await alice.cli('init', at('empty.git'), '--dir', at('empty'), '--enable')
    expect(told.code, told.text).toBe(0)
    expect(told.stdout).toContain(`countersign tick --config ${at('empty/countersign.toml')}`)
    const clone = await alice.clone(at('empty.git'))
    expect(existsSync(join(clone.path, 'policy.toml'))).toBe(true)
    expect(await readFile(join(clone.path, 'policy.toml'), 'utf8')).toContain('enabled = true')
  })

  it('joins one that is laid out, changes nothing in it, and takes the trust root over', async () => {
    const { alice, bob } = people
    const first = (await alice.cli('init', at('shared.git'), '--dir', at('first'), '--json')).json()
    const refs = await alice.git(at('shared.git'), 'for-each-ref')
    const joined = await bob.cli(
      'init',
      at('shared.git'),
      '--dir',
      at('second'),
      '--trust-key',
      String(first['dispatcher_key']),
      '--admin',
      `bob=${bob.publicKey}`,
      '--json',
    )
    expect(joined.code, joined.text).toBe(0)
    expect(joined.json()).toMatchObject({ repo: at('shared.git'), trust_root: first['trust_root'], state: 'joined' })
    expect(joined.json()['dispatcher_key']).not.toBe(first['dispatcher_key'])
    expect(joined.stderr).toContain('laid out already; --admin')
    expect(await alice.git(at('shared.git'), 'for-each-ref')).toBe(refs)

    const again = await bob.cli('init', at('shared.git'), '--dir', at('second'))
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('exists and is not overwritten')
  })

  it('names what is wrong with a work tree or a folder that is no repo', async () => {
    const { alice } = people
    const clone = await alice.clone(at('shared.git'))
    expect((await alice.cli('init', clone.path, '--dir', at('third'))).stderr).toContain(
      'is a repository with a work tree',
    )
    const folder = await alice.cli('init', at('second'), '--dir', at('third'))
    expect(folder.code).toBe(2)
    expect(folder.stderr).toContain('is no git repository')
    expect(existsSync(at('third'))).toBe(false)
  })
})
