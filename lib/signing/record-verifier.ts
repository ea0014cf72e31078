/** Checks records by the keys that an operator or an auditor pinned, and by no other. */
import { verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { RecordVerifier } from './port.js'
import { parsePublicKey } from './public-key.js'

/** node:crypto does it in a thread of its pool when it is given a callback. */
const verifyInPool = promisify(verify)

/** @param publicKeys each `ed25519:<base64>`; throws SigningError for one that is not */
export function recordVerifier(publicKeys: readonly string[]): RecordVerifier {
  const keys = new Map(publicKeys.map(parsePublicKey).map(({ keyId, key }) => [keyId, key]))
  return {
    knows: (keyId) => keys.has(keyId),
    verify: (keyId, bytes, signature) => {
      const key = keys.get(keyId)
      return key !== undefined && verify(null, bytes, key, signature)
    },
    verifyAside: async (keyId, bytes, signature) => {
      const key = keys.get(keyId)
      return key !== undefined && (await verifyInPool(null, bytes, key, signature))
    },
  }
}
