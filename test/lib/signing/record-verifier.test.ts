import { describe, expect, it } from 'vitest'
import { parsePublicKey } from '../../../lib/signing/public-key.js'
import { recordVerifier } from '../../../lib/signing/record-verifier.js'
import { newSigner } from '../../vault/record/key.js'

const MESSAGE = new TextEncoder().encode('message')

describe('recordVerifier', () => {
  const [a, b] = [newSigner(), newSigner()]
  const verifier = recordVerifier([a.publicKey, a.publicKey])

  it('holds a signature by a pinned key over exactly these bytes, and nothing else', () => {
    const signature = a.sign(MESSAGE)
    expect(verifier.verify(a.keyId, MESSAGE, signature)).toBe(true)
    expect(verifier.verify(a.keyId, MESSAGE.slice(1), signature)).toBe(false)
    expect(verifier.verify(a.keyId, MESSAGE, b.sign(MESSAGE))).toBe(false)
    expect(verifier.verify(a.keyId, MESSAGE, signature.slice(1))).toBe(false)
    expect(verifier.verify(a.keyId, MESSAGE, new Uint8Array())).toBe(false)
  })

  it('knows no other key', () => {
    expect(verifier.knows(a.keyId)).toBe(true)
    expect(verifier.knows(b.keyId)).toBe(false)
    expect(verifier.verify(b.keyId, MESSAGE, b.sign(MESSAGE))).toBe(false)
    expect(recordVerifier([]).knows(a.keyId)).toBe(false)
  })
})

describe('parsePublicKey', () => {
  const { publicKey, keyId } = newSigner()

  it('reads back what a signer calls its public key', () => {
    expect(parsePublicKey(publicKey)).toMatchObject({ keyId, text: publicKey })
  })

  it.each([
    ['nothing', ''],
    ['no prefix', publicKey.slice(8)],
    ['another prefix', publicKey.replace('ed25519', 'Ed25519')],
    ['no padding', publicKey.slice(0, -1)],
    ['white space', `${publicKey} `],
    ['31 bytes', `ed25519:${Buffer.alloc(31).toString('base64')}`],
    ['33 bytes', `ed25519:${Buffer.alloc(33).toString('base64')}`],
  ])('refuses %s', (_, text) => {
    expect(() => parsePublicKey(text)).toThrow(/is no dispatcher key; one looks like ed25519:/)
    expect(() => recordVerifier([publicKey, text])).toThrow(/is no dispatcher key/)
  })
})
