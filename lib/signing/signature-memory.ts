import { createHash } from 'node:crypto'
import { LIMITS } from '../../vault/limits.js'
import type { RecordSigner, RecordVerifier } from './port.js'

/**
 * Signatures that were made or found good in this process. A dispatcher reads its own records back from main, each of them
 * several times, and a check takes longer than all else that is done with one.
 */
export class SignatureMemory {
  readonly #good = new Set<string>()

  signing(signer: RecordSigner): RecordSigner {
    const { keyId, publicKey } = signer
    const sign = (bytes: Uint8Array) => {
      const signature = signer.sign(bytes)
      this.#remember(nameOf(keyId, bytes, signature))
      return signature
    }
    return { keyId, publicKey, sign }
  }

  /** By the keys of that verifier only: what was signed by a key says nothing to whoever has not pinned it. */
  checking(verifier: RecordVerifier): RecordVerifier {
    const verify = (keyId: string, bytes: Uint8Array, signature: Uint8Array) => {
      if (!verifier.knows(keyId)) return false
      const name = nameOf(keyId, bytes, signature)
      if (this.#good.has(name)) return true
      const isGood = verifier.verify(keyId, bytes, signature)
      if (isGood) this.#remember(name)
      return isGood
    }
    return { knows: (keyId) => verifier.knows(keyId), verify }
  }

  #remember(name: string): void {
    this.#good.add(name)
    if (this.#good.size <= LIMITS.rememberedRecords) return
    const [oldest] = this.#good
    if (oldest !== undefined) this.#good.delete(oldest)
  }
}

/** With the length: where the bytes end and the signature begins is part of what was checked. */
function nameOf(keyId: string, bytes: Uint8Array, signature: Uint8Array): string {
  return createHash('sha256').update(`${keyId} ${bytes.length} `).update(bytes).update(signature).digest('base64')
}
