/** Signatures that hold only for who has the key, without the cost of cryptography of keys. */
import { hash } from 'node:crypto'
import type { RecordSigner, RecordVerifier } from '../../../lib/signing/port.js'

export interface SimulatedKey extends RecordSigner {
  readonly publicKey: string
}

const SECRET = 'only the world knows how keys are made'

export function simulatedKey(name: string): SimulatedKey {
  const publicKey = `ed25519:${hash('sha256', name, 'base64')}`
  return { publicKey, keyId: keyIdOf(publicKey), sign: (bytes) => signature(publicKey, bytes) }
}

const verifiers = new Map<string, RecordVerifier>()

/** The same one for the same keys, so that what it was asked before can be remembered. */
export function simulatedVerifier(publicKeys: readonly string[]): RecordVerifier {
  const name = publicKeys.join(' ')
  const verifier = verifiers.get(name) ?? verifierOf(publicKeys)
  verifiers.set(name, verifier)
  return verifier
}

function verifierOf(publicKeys: readonly string[]): RecordVerifier {
  const known = new Map(publicKeys.map((key) => [keyIdOf(key), key]))
  return {
    knows: (keyId) => known.has(keyId),
    verify: (keyId, bytes, given) => {
      const key = known.get(keyId)
      return key !== undefined && Buffer.from(signature(key, bytes)).equals(Buffer.from(given))
    },
  }
}

function keyIdOf(publicKey: string): string {
  return hash('sha256', publicKey)
}

function signature(publicKey: string, bytes: Uint8Array): Uint8Array {
  return hash('sha512', Buffer.concat([Buffer.from(`${SECRET} ${publicKey} `), bytes]), 'buffer')
}
