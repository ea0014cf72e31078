/** The dispatcher's private key: one file, readable by its owner alone. Whoever has it can write records. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { shellWord } from '../../vault/prose/shell-word.js'
import { systemWords } from '../system-fault.js'
import type { RecordSigner } from './port.js'
import { publicKeyOf } from './public-key.js'
import { SigningError } from './signing-error.js'

/** A PEM of one Ed25519 key has about 120 bytes; what is far larger is another file. */
const MAX_KEY_BYTES = 16 * 1024
const OTHERS = 0o077

/** Makes a key at a path where nothing is. Never overwrites: a lost key cannot sign, but an overwritten one cannot even be missed. */
export function createDispatcherKey(path: string): RecordSigner {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openNew(path)
  try {
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }))
    fsyncSync(file)
    return signerOf(privateKey)
  } catch (cause) {
    // Half a key would block the next attempt.
    unlinkSync(path)
    throw new SigningError(
      'key_unusable',
      `the dispatcher key could not be written to ${path}: ${systemWords(cause)}`,
      { cause },
    )
  } finally {
    closeSync(file)
  }
}

export function loadDispatcherKey(path: string): RecordSigner {
  const pem = readPrivateFile(path)
  if (!/-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/.test(pem)) {
    throw new SigningError(
      'key_unusable',
      `${path} is not a dispatcher key (PKCS#8 in PEM); \`countersign init\` makes one`,
    )
  }
  if (pem.includes('-----BEGIN ENCRYPTED'))
    throw new SigningError(
      'key_unusable',
      `${path} has a passphrase, and nobody is there to be asked; take it off: openssl pkey -in ${path} -out KEY`,
    )
  const key = parsePrivateKey(pem, path)
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new SigningError(
      'key_unusable',
      `${path} holds a key of type ${key.asymmetricKeyType}; records are signed with Ed25519: \`countersign init\` makes one`,
    )
  }
  return signerOf(key)
}

function signerOf(privateKey: KeyObject): RecordSigner {
  const { keyId, text } = publicKeyOf(createPublicKey(privateKey))
  return { keyId, publicKey: text, sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)) }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST')
      throw new SigningError('key_unusable', `the dispatcher key could not be made at ${path}: ${systemWords(cause)}`, {
        cause,
      })
    throw new SigningError(
      'key_exists',
      `${path} exists already and is not overwritten; move it away if it is not in use`,
    )
  }
}

/** Asks the opened file, not the path, so that what was checked is what is read. */
function readPrivateFile(path: string): string {
  const file = openExisting(path)
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new SigningError('key_unusable', `${path} is not a file; [identity] key has to name one`)
    if ((stat.mode & OTHERS) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0')
      throw new SigningError(
        'key_exposed',
        `${path} (mode ${mode}) is open to other users; run: chmod 600 ${shellWord(path)}`,
      )
    }
    if (stat.size > MAX_KEY_BYTES)
      throw new SigningError('key_unusable', `${path} is too large for a key; [identity] key has to name another file`)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function openExisting(path: string): number {
  try {
    // Without waiting: a named pipe would hold the dispatcher for ever.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT')
      throw new SigningError('key_unusable', `the dispatcher key ${path} cannot be opened: ${systemWords(cause)}`, {
        cause,
      })
    throw new SigningError('key_missing', `there is no dispatcher key at ${path}; \`countersign init\` makes one`, {
      cause,
    })
  }
}

function parsePrivateKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    // Without its cause: what OpenSSL says of a key file is no help, and could quote it.
    throw new SigningError(
      'key_unusable',
      `${path} is not a usable key (PKCS#8 in PEM); restore it from a backup, or \`countersign init\` makes a new one`,
    )
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
