import { describe, expect, it, vi } from 'vitest'
import type { RecordVerifier } from '../../../lib/signing/port.js'
import { recordVerifier } from '../../../lib/signing/record-verifier.js'
import { SignatureMemory } from '../../../lib/signing/signature-memory.js'
import { LIMITS } from '../../../vault/limits.js'
import { newSigner } from '../../vault/record/key.js'

const MESSAGE = new TextEncoder().encode('a record')
const signer = newSigner()

/** A verifier that counts what it is asked. */
function counted(verifier: RecordVerifier) {
  const verify = vi.fn((keyId: string, bytes: Uint8Array, signature: Uint8Array) =>
    verifier.verify(keyId, bytes, signature),
  )
  return { verifier: { knows: (keyId: string) => verifier.knows(keyId), verify }, verify }
}

describe('a memory of signatures', () => {
  it('checks what it made itself never, and what others made once', () => {
    const memory = new SignatureMemory()
    const { verifier, verify } = counted(recordVerifier([signer.publicKey]))
    const checking = memory.checking(verifier)
    const own = memory.signing(signer).sign(MESSAGE)
    expect(checking.verify(signer.keyId, MESSAGE, own)).toBe(true)
    expect(verify).toHaveBeenCalledTimes(0)
    const later = new TextEncoder().encode('another')
    const of = signer.sign(later)
    expect(checking.verify(signer.keyId, later, of)).toBe(true)
    expect(checking.verify(signer.keyId, later, of)).toBe(true)
    expect(verify).toHaveBeenCalledTimes(1)
  })

  it('attack: nothing that is near to a good one passes for it, however often it is tried', () => {
    const memory = new SignatureMemory()
    const other = newSigner()
    const checking = memory.checking(recordVerifier([signer.publicKey, other.publicKey]))
    const signature = memory.signing(signer).sign(MESSAGE)
    const moved = [
      [signer.keyId, MESSAGE.slice(0, -1), signature],
      [signer.keyId, MESSAGE, signature.slice(1)],
      [signer.keyId, new Uint8Array([...MESSAGE, signature[0]!]), signature.slice(1)],
      [signer.keyId, MESSAGE.slice(0, -1), new Uint8Array([MESSAGE.at(-1)!, ...signature])],
      [other.keyId, MESSAGE, signature],
    ] as const
    for (const [keyId, bytes, given] of [...moved, ...moved]) expect(checking.verify(keyId, bytes, given)).toBe(false)
    expect(checking.verify(signer.keyId, MESSAGE, signature)).toBe(true)
  })

  it('attack: a key that is not pinned vouches for nothing, though it was ours to sign with', () => {
    const memory = new SignatureMemory()
    const signature = memory.signing(signer).sign(MESSAGE)
    const checking = memory.checking(recordVerifier([newSigner().publicKey]))
    expect(checking.knows(signer.keyId)).toBe(false)
    expect(checking.verify(signer.keyId, MESSAGE, signature)).toBe(false)
  })

  it('forgets the oldest', () => {
    const memory = new SignatureMemory()
    const blind = { keyId: 'k', publicKey: 'k', sign: (bytes: Uint8Array) => bytes }
    const verify = vi.fn(() => true)
    const checking = memory.checking({ knows: () => true, verify })
    const bytesOf = (n: number) => new TextEncoder().encode(`${n}`)
    for (let n = 0; n <= LIMITS.rememberedRecords; n++) memory.signing(blind).sign(bytesOf(n))
    checking.verify('k', bytesOf(1), bytesOf(1))
    expect(verify).toHaveBeenCalledTimes(0)
    checking.verify('k', bytesOf(0), bytesOf(0))
    expect(verify).toHaveBeenCalledTimes(1)
  })
})
