import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDispatcherKey, loadDispatcherKey } from '../../../lib/signing/dispatcher-key.js'
import { recordVerifier } from '../../../lib/signing/record-verifier.js'
import { SigningError } from '../../../lib/signing/signing-error.js'
import { newFolder } from './folder.js'

const MESSAGE = new TextEncoder().encode('message')

/** The code and the words of the refusal to do it. */
function refusal(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof SigningError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no refusal'
}

function privateFile(content: string, mode = 0o600): string {
  const path = join(newFolder(), 'key.pem')
  writeFileSync(path, content, { mode })
  chmodSync(path, mode)
  return path
}

describe('createDispatcherKey', () => {
  it('makes a key that its owner alone can read, in a folder likewise', () => {
    const path = join(newFolder(), 'keys', 'deep', 'dispatcher.pem')
    const made = createDispatcherKey(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
    const loaded = loadDispatcherKey(path)
    expect(loaded).toMatchObject({ keyId: made.keyId, publicKey: made.publicKey })
    expect(recordVerifier([made.publicKey]).verify(loaded.keyId, MESSAGE, loaded.sign(MESSAGE))).toBe(true)
  })

  it('never overwrites, and follows no link', () => {
    const path = join(newFolder(), 'key.pem')
    createDispatcherKey(path)
    const before = readFileSync(path)
    expect(refusal(() => createDispatcherKey(path))).toMatch(/^key_exists: /)
    expect(readFileSync(path)).toEqual(before)
    const link = join(newFolder(), 'link.pem')
    symlinkSync(join(newFolder(), 'elsewhere.pem'), link)
    expect(refusal(() => createDispatcherKey(link))).toMatch(/^key_exists: /)
  })

  it('names the key by the hash of its public half', () => {
    const path = join(newFolder(), 'key.pem')
    const { keyId, publicKey } = createDispatcherKey(path)
    const spki = createPublicKey(readFileSync(path)).export({ format: 'der', type: 'spki' })
    expect(keyId).toBe(createHash('sha256').update(spki).digest('hex'))
    expect(publicKey).toBe(`ed25519:${spki.subarray(-32).toString('base64')}`)
  })
})

describe('loadDispatcherKey', () => {
  const pem = (type: 'ed25519' | 'x25519') =>
    generateKeyPairSync(type as 'ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string

  it.each([0o640, 0o604, 0o610, 0o602])('refuses a key that others can reach (mode %o), with the remedy', (mode) => {
    const path = privateFile(pem('ed25519'), mode)
    expect(refusal(() => loadDispatcherKey(path))).toBe(
      `key_exposed: ${path} (mode 0${mode.toString(8)}) is open to other users; run: chmod 600 ${path}`,
    )
  })

  it('reads a key through a link, and one that is read-only', () => {
    const path = privateFile(pem('ed25519'), 0o400)
    const link = join(newFolder(), 'link')
    symlinkSync(path, link)
    expect(loadDispatcherKey(link).keyId).toBe(loadDispatcherKey(path).keyId)
  })

  it('says what is wrong with anything else', () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'folder'), { mode: 0o700 })
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')])
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const encrypted = generateKeyPairSync('ed25519').privateKey.export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    })
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'openssh')])
    const cases: [string, RegExp][] = [
      [join(folder, 'nothing'), /^key_missing: there is no dispatcher key .*countersign init/],
      [join(folder, 'folder'), /^key_unusable: .* is not a file/],
      [join(folder, 'pipe'), /^key_unusable: .* is not a file/],
      [join(folder, 'openssh'), /^key_unusable: .*PKCS#8/],
      [privateFile(''), /^key_unusable: .*PKCS#8/],
      [privateFile('x'.repeat(20_000)), /^key_unusable: .*too large/],
      [
        privateFile('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
        /^key_unusable: .*not a usable key/,
      ],
      [privateFile(encrypted as string), /^key_unusable: .*has a passphrase/],
      [privateFile(pem('x25519')), /^key_unusable: .*type x25519/],
      [privateFile(rsa.export({ format: 'pem', type: 'pkcs8' }) as string), /^key_unusable: .*type rsa/],
    ]
    for (const [path, words] of cases) expect(refusal(() => loadDispatcherKey(path))).toMatch(words)
  })
})
