/** Real keys, made anew. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { RecordSigner } from '../../../lib/signing/port.js'
import { publicKeyOf } from '../../../lib/signing/public-key.js'

export function newSigner(): RecordSigner {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { keyId, text } = publicKeyOf(createPublicKey(privateKey))
  return { keyId, publicKey: text, sign: (bytes) => sign(null, bytes, privateKey) }
}
