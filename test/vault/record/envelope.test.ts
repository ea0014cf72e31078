import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../vault/limits.js'
import { canonicalJson } from '../../../vault/record/canonical-json.js'
import { parseEnvelope, preAuthEncoding, renderEnvelope } from '../../../vault/record/envelope.js'
import { PAYLOAD_TYPE } from '../../../vault/record/statement.js'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const KEY = 'b'.repeat(64)
const envelope = {
  payloadType: PAYLOAD_TYPE,
  payload: bytesOf('{}'),
  keyId: KEY,
  signature: new Uint8Array(64).fill(7),
} as const
const file = renderEnvelope(envelope)
const text = new TextDecoder().decode(file)
const json = JSON.parse(text) as { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] }
const rendered = (value: unknown) => new Uint8Array([...canonicalJson(value), 10])

describe('preAuthEncoding', () => {
  it('is that of the DSSE specification', () => {
    expect(new TextDecoder().decode(preAuthEncoding('http://example.com/HelloWorld', bytesOf('hello world')))).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    )
  })

  it('counts bytes, not characters', () => {
    expect(new TextDecoder().decode(preAuthEncoding('é', bytesOf('ü')))).toBe('DSSEv1 2 é 2 ü')
  })
})

describe('parseEnvelope', () => {
  it('reads what was written', () => {
    expect(parseEnvelope(file)).toEqual({ ok: true, value: envelope })
    expect(text.endsWith('}\n')).toBe(true)
  })

  const [signature] = json.signatures
  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['an array', '[]'],
    ['a missing line feed', text.slice(0, -1)],
    ['a second line feed', `${text}\n`],
    ['white space', text.replace(',', ', ')],
    ['a byte order mark', `\ufeff${text}`],
    ['a carriage return', text.replace('\n', '\r\n')],
    ['a key that is there twice', text.replace('{"payload":', '{"payload":"e30=","payload":')],
    ['an escaped spelling', text.replace('payloadType', '\\u0070ayloadType')],
    ['a key named __proto__', text.replace('{', '{"__proto__":{},')],
  ])('refuses %s', (_, changed) => {
    expect(parseEnvelope(bytesOf(changed))).toMatchObject({ ok: false, code: 'record_malformed' })
  })

  it.each([
    ['another key', { ...json, extra: 1 }],
    ['another payload type', { ...json, payloadType: 'application/json' }],
    ['no signature', { ...json, signatures: [] }],
    ['two signatures', { ...json, signatures: [signature, signature] }],
    ['a key beside the signature', { ...json, signatures: [{ ...signature, cert: 'x' }] }],
    ['a key id that is none', { ...json, signatures: [{ ...signature, keyid: KEY.toUpperCase() }] }],
    [
      'a signature without padding',
      { ...json, signatures: [{ ...signature, sig: signature?.sig.replace(/=+$/, '') }] },
    ],
    ['a short signature', { ...json, signatures: [{ ...signature, sig: 'AAAA' }] }],
    ['a payload with stray bits', { ...json, payload: 'e31=' }],
  ])('refuses %s', (_, changed) => {
    expect(parseEnvelope(rendered(changed))).toMatchObject({ ok: false, code: 'record_malformed' })
  })

  it('refuses invalid UTF-8', () => {
    expect(parseEnvelope(Uint8Array.of(0x22, 0xff, 0x22, 0x0a))).toMatchObject({ ok: false })
  })

  it('refuses what is larger than a record, before it reads it', () => {
    const parsed = parseEnvelope(new Uint8Array(LIMITS.recordBytes + 1))
    expect(parsed).toMatchObject({ ok: false, why: expect.stringContaining('larger') })
  })

  it('refuses a deep nest without falling over', () => {
    expect(parseEnvelope(bytesOf('['.repeat(200_000) + ']'.repeat(200_000)))).toMatchObject({ ok: false })
  })
})
