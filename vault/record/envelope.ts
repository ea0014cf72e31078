/** DSSE: the envelope around a signed statement, and the bytes that are signed. https://github.com/secure-systems-lab/dsse */
import { z } from 'zod'
import { decodeBase64, encodeBase64 } from '../base64.js'
import { LIMITS } from '../limits.js'
import { sha256Field } from './field.js'
import { PAYLOAD_TYPE } from './statement.js'

export interface Envelope {
  readonly payloadType: typeof PAYLOAD_TYPE
  readonly payload: Uint8Array
  readonly keyId: string
  readonly signature: Uint8Array
}

export type ParsedEnvelope =
  | { readonly ok: true; readonly value: Envelope }
  | { readonly ok: false; readonly code: 'record_malformed'; readonly why: string }

const SIGNATURE_BYTES = 64

const utf8 = { decoder: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), encoder: new TextEncoder() }

/** Exactly one signature: where any of several counts, a record can be dressed with one that somebody else made. */
const schema = z.strictObject({
  payload: z.string(),
  payloadType: z.literal(PAYLOAD_TYPE),
  signatures: z.tuple([z.strictObject({ keyid: sha256Field, sig: z.string() })]),
})

type Fields = z.infer<typeof schema>

/** What is signed: type and payload with their lengths, so that neither can be read as part of the other. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8.encoder.encode(payloadType)
  const head = utf8.encoder.encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `)
  return joined(head, payload)
}

/** Canonical JSON and a line feed: one envelope is one file, byte for byte. The keys stand in order, and all of it is ASCII. */
export function renderEnvelope({ payloadType, payload, keyId, signature }: Envelope): Uint8Array {
  const signed = { keyid: keyId, sig: encodeBase64(signature) }
  return utf8.encoder.encode(textOf({ payload: encodeBase64(payload), payloadType, signatures: [signed] }))
}

function textOf({ payload, payloadType, signatures: [{ keyid, sig }] }: Fields): string {
  return `${JSON.stringify({ payload, payloadType, signatures: [{ keyid, sig }] })}\n`
}

/** Takes only what `renderEnvelope` would have written. Says nothing about the signature yet. */
export function parseEnvelope(bytes: Uint8Array): ParsedEnvelope {
  if (bytes.length > LIMITS.recordBytes) return malformed(`larger than ${LIMITS.recordBytes} bytes`)
  const json = readJson(bytes)
  if (!json.ok) return malformed(json.why)
  const parsed = schema.safeParse(json.value)
  if (!parsed.success) return malformed(z.prettifyError(parsed.error))
  const [{ keyid, sig }] = parsed.data.signatures
  const payload = decodeBase64(parsed.data.payload)
  const signature = decodeBase64(sig)
  if (payload === null || signature === null) return malformed('payload or signature is not canonical base64')
  if (signature.length !== SIGNATURE_BYTES) return malformed(`the signature is not ${SIGNATURE_BYTES} bytes`)
  const value = { payloadType: parsed.data.payloadType, payload, keyId: keyid, signature }
  // Catches what JSON.parse forgives: repeated keys, white space, other escapes. There is one reading and one spelling;
  // that of the base64 in it was asked for when it was decoded.
  return textOf(parsed.data) === json.text ? { ok: true, value } : malformed('the envelope is not canonical JSON')
}

/** With the text that was read: UTF-8 has one spelling of it, so that equal texts are equal bytes. */
type Json =
  | { readonly ok: true; readonly value: unknown; readonly text: string }
  | { readonly ok: false; readonly why: string }

export function readJson(bytes: Uint8Array): Json {
  try {
    const text = utf8.decoder.decode(bytes)
    return { ok: true, value: JSON.parse(text), text }
  } catch {
    return { ok: false, why: 'not JSON in UTF-8' }
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function malformed(why: string): ParsedEnvelope {
  return { ok: false, code: 'record_malformed', why }
}
