/** A dispatcher's public key, as it is written in a configuration: `ed25519:<base64 of its 32 bytes>`. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { decodeBase64, encodeBase64 } from '../../vault/base64.js'
import { SigningError } from './signing-error.js'

export interface DispatcherPublicKey {
  /** Hex SHA-256 of the key's SPKI in DER: what records name. */
  readonly keyId: string
  readonly key: KeyObject
  readonly text: string
}

const PREFIX = 'ed25519:'
const RAW_BYTES = 32
/** What stands before the 32 bytes in the SPKI of every Ed25519 key (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

export function parsePublicKey(text: string): DispatcherPublicKey {
  const raw = text.startsWith(PREFIX) ? decodeBase64(text.slice(PREFIX.length)) : null
  if (raw === null || raw.length !== RAW_BYTES) {
    const shown = JSON.stringify(text.slice(0, 80))
    throw new SigningError(
      'public_key_invalid',
      `${shown} is no dispatcher key; one looks like ed25519:<44 characters of base64>`,
    )
  }
  return publicKeyOf(createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' }))
}

/** @param key an Ed25519 public key */
export function publicKeyOf(key: KeyObject): DispatcherPublicKey {
  const spki = key.export({ format: 'der', type: 'spki' })
  const text = PREFIX + encodeBase64(spki.subarray(SPKI_HEAD.length))
  return { keyId: createHash('sha256').update(spki).digest('hex'), key, text }
}
