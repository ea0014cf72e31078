/** The state folder, the key and the secrets, as they should not be: exit code 2, and what to do. */
import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { OpsRepo } from '../support/ops-repo.js'
import { expectStopped, tried, triedTo } from './tried.js'

let ops: OpsRepo
let folder: string
beforeEach(async () => {
  ops = await OpsRepo.make()
  folder = join(ops.remote.folder, 'one')
  await ops.request('low')
  await ops.configure()
  return () => ops.remove()
})

const state = (...names: string[]) => join(folder, 'state', ...names)
const key = () => join(folder, 'dispatcher.key')

async function expectNothingLost(): Promise<void> {
  expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
}

describe('state_dir', () => {
  it('is a file', async () => {
    await writeFile(state(), '')
    expectStopped(await tried(() => ops.tick()), 2, state(), 'something else is there', 'name another place')
    await rm(state())
    await expectNothingLost()
  })

  it('lies below a file', async () => {
    const stateDir = join(key(), 'state')
    expectStopped(await tried(() => ops.tick('one', { stateDir })), 2, stateDir, 'something else is there')
    await expectNothingLost()
  })

  it.each(['instance.json', 'seen.json', 'view.json', 'noted.json'])(
    'has a folder in the place of %s',
    async (name) => {
      await mkdir(state(name), { recursive: true })
      expectStopped(await tried(() => ops.tick()), 2, state(name), 'something else is there', 'move it away')
      await rm(state(name), { recursive: true })
      await expectNothingLost()
    },
  )

  it.each(['instance.json', 'seen.json', 'view.json'])('has a torn %s', async (name) => {
    await mkdir(state())
    await writeFile(state(name), '{"inst')
    expectStopped(await tried(() => ops.tick()), 2, state(name), 'not JSON', 'Remove it')
    await rm(state(name))
    await expectNothingLost()
  })

  it('has something else in the place of the clone', async () => {
    await mkdir(state('repo.git'), { recursive: true })
    await writeFile(state('repo.git', 'notes.txt'), '')
    expectStopped(await tried(() => ops.tick()), 2, state('repo.git'), 'is something else')
    await rm(state('repo.git'), { recursive: true })
    await expectNothingLost()
  })
})

describe('the key', () => {
  it.each([
    ['is open to its group', () => chmod(key(), 0o640), ['mode 0640', 'chmod 600']],
    ['is open to others', () => chmod(key(), 0o604), ['mode 0604', 'chmod 600']],
    ['is not there', () => rm(key()), ['there is no dispatcher key', 'countersign init']],
    ['is empty', () => replace(''), ['is not a dispatcher key', 'countersign init']],
    ['is torn', () => replace('-----BEGIN PRIVATE KEY-----\nAAAA\n'), ['is not a usable key', 'countersign init']],
    ['is a folder', () => rm(key()).then(() => mkdir(key())), ['is not a file', '[identity] key']],
    ['is larger than any', () => replace('x'.repeat(100_000)), ['too large', '[identity] key']],
    ['is of another kind', () => replace(rsa()), ['of type rsa', 'Ed25519']],
    ['has a passphrase', () => replace(withPassphrase()), ['has a passphrase', 'take it off']],
  ] as const)('%s', async (_, spoil, said) => {
    const { config, adapters } = await ops.configure()
    await spoil()
    expectStopped(await triedTo(() => adapters.signer(config.keyPath)), 2, key(), ...said)
  })

  const replace = (text: string) => writeFile(key(), text, { mode: 0o600 })
  const rsa = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const withPassphrase = () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const lock = { cipher: 'aes-256-cbc', passphrase: 'x' }
    return privateKey.export({ format: 'pem', type: 'pkcs8', ...lock }).toString()
  }
})

it('a folder of secrets that is a file: exit code 2, and nothing fires', async () => {
  const secretsDir = key()
  expectStopped(await tried(() => ops.tick('one', { secretsDir })), 2, secretsDir, 'something else is there')
  await expectNothingLost()
})
