/** The built command line on a machine that fails: one message and an exit code, or a daemon that waits and comes back. */
import { chmod, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../e2e/until.js'
import type { Daemon } from './daemon.js'
import { fewerRights } from './fewer-rights.js'
import { expectStop, Lab } from './lab.js'
import { linkPrograms } from './own-path.js'
import { SmallDisk } from './small-disk.js'
import { expectTold } from './tried.js'

const rights = fewerRights()
const canMount = SmallDisk.canMount()

let lab: Lab
let bin: string
let disk: SmallDisk | null = null
beforeAll(async () => {
  lab = await Lab.make()
  bin = join(lab.ops.folder, 'bin')
  await linkPrograms(bin)
  if (canMount) disk = SmallDisk.mount(lab.ops.stateFolder, '4m')
  await lab.tick()
})
afterAll(async () => {
  disk?.unmount()
  await lab.remove()
})

describe('one tick', () => {
  it.each([
    ['git', ['git could not be started', 'install git 2.38 or later']],
    ['ssh-keygen', ['ssh-keygen is not on the PATH', 'install OpenSSH']],
  ])('without %s: exit code 2, and what to install', async (name, said) => {
    await unlink(join(bin, name))
    expectStop(await lab.tick({ env: { PATH: bin } }), 2, ...said)
    await linkPrograms(bin)
  })

  // Without setpriv root cannot be made to respect them; anybody else does.
  const modesBindNobody = rights === null
  it.skipIf(modesBindNobody).each([
    ['the state folder', () => lab.ops.stateFolder, 0o500],
    ['the configuration', () => lab.ops.config, 0o000],
    ['the key', () => join(lab.ops.folder, 'dispatcher', 'dispatcher.key'), 0o200],
    ['the clone', () => join(lab.ops.stateFolder, 'repo.git', 'objects', 'pack'), 0o500],
  ])('%s that this user may not use: exit code 2, its place, and whom to give it to', async (name, place, mode) => {
    const path = place()
    await lab.request(`denied-${mode}-${name.split(' ').at(-1)}`)
    await chmod(path, mode)
    const ran = await lab.tick({ under: rights ?? [] })
    await chmod(path, name === 'the state folder' || name === 'the clone' ? 0o700 : 0o600)
    expectStop(ran, 2, path, /this user may not/, /give it|give its folder/)
    const mended = await lab.tick({ under: rights ?? [] })
    expect(mended.code, `${mended}`).toBe(0)
  })
})

describe('serve', () => {
  let daemon: Daemon
  beforeEach(async () => {
    daemon = lab.serve({ env: { PATH: bin }, under: rights ?? [] })
    await daemon.isUp()
  })
  // A test that fails leaves no full disk to the next one.
  afterEach(() => disk?.free())

  const away = () => `${lab.ops.path}.away`
  const git = () => join(bin, 'git')
  const faults: readonly (readonly [string, boolean, () => unknown, () => unknown, readonly RegExp[]])[] = [
    [
      'the ops repo is away',
      true,
      () => rename(lab.ops.path, away()),
      () => rename(away(), lab.ops.path),
      [/check the URL/],
    ],
    ['git is missing', true, () => unlink(git()), () => linkPrograms(bin), [/git could not be started/, /install git/]],
    ['the disk is full', canMount, () => disk?.fill(), () => disk?.free(), [/the disk is full/, /make room/]],
    [
      'the state folder cannot be written',
      rights !== null,
      () => chmod(lab.ops.stateFolder, 0o500),
      () => chmod(lab.ops.stateFolder, 0o700),
      [/this user may not/, /chown/],
    ],
    [
      'the folder of secrets is something else',
      true,
      () => spoilSecrets(),
      () => mendSecrets(),
      [/folder of secrets/, /something else is there/],
    ],
  ]
  const secrets = () => join(lab.ops.folder, 'dispatcher', 'secrets')
  const spoilSecrets = async () => {
    await rename(secrets(), `${secrets()}.away`)
    await writeFile(secrets(), '')
  }
  const mendSecrets = async () => {
    await rm(secrets())
    await rename(`${secrets()}.away`, secrets())
  }

  // What is not possible on this machine (no right to mount, no setpriv) is left out.
  it.each(faults.filter(([, isPossible]) => isPossible))(
    '%s: said once, asked ever less often, and over by itself',
    async (name, _, spoil, mend, words) => {
      const id = `while-${name.replaceAll(' ', '-')}`
      await lab.request(id)
      await until(`${id} ran`, async () => (await lab.ops.ran()).includes(id))
      await spoil()
      if (name !== 'the ops repo is away') await lab.request(`${id}-2`)
      await daemon.fails()
      await daemon.goesOn(4)
      const failures = daemon.failures
      await mend()
      await daemon.recovers()
      expect(failures).toHaveLength(1)
      expectTold(failures[0] ?? '', ...words)
      for (const { error } of daemon.errors) expect(error?.stack).toBeUndefined()
      // A tick a second, without a pause, would have failed far oftener than 1, 2, 4, … seconds apart.
      expect(daemon.failedTicks).toBeLessThanOrEqual(6)
      await lab.request(`${id}-3`)
      await until(`${id}-3 ran`, async () => (await lab.ops.ran()).includes(`${id}-3`))
      expect((await daemon.stop()).code).toBe(0)
      const ran = await lab.ops.ran()
      expect(new Set(ran).size).toBe(ran.length)
    },
  )

  it('goes on after requests that no parser likes, without a word of failure', async () => {
    const path = (id: string) => `vault/actions/${id}.toml`
    const bad: Readonly<Record<string, string | Uint8Array>> = {
      nul: 'id = "a\0"',
      utf8: Buffer.from([0x69, 0xff, 0xfe]),
      megabyte: `# ${'x'.repeat(1024 * 1024)}`,
      date: 'expires_at = 10000-01-01T00:00:00Z',
    }
    for (const [id, text] of Object.entries(bad)) await lab.push(`refs/heads/vault/${id}`, { [path(id)]: text })
    await lab.request('after-the-bad')
    await until('the good one ran', async () => (await lab.ops.ran()).includes('after-the-bad'))
    expect((await daemon.stop()).code).toBe(0)
    expect(daemon.failures).toEqual([])
    expect(daemon.errors).toEqual([])
  })
})

it('after all of it every record holds', async () => {
  const verified = await lab.command(['verify'])
  expect(verified.code, `${verified}`).toBe(0)
})
