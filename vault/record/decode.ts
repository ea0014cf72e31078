/** From a record's bytes to what it says, and whether that may be believed. */
import { z } from 'zod'
import { canonicalText } from './canonical-json.js'
import { parseEnvelope, preAuthEncoding, readJson } from './envelope.js'
import { type Statement, statementSchema } from './statement.js'
import type { RecordVerifier } from './verifier.js'

/**
 * `unknown_key` carries its statement, so that it can be shown and reported, but it is hearsay. A statement whose
 * signature is false is not handed out at all.
 */
export type Decoded =
  | { readonly kind: 'valid'; readonly statement: Statement; readonly keyId: string }
  | { readonly kind: 'unknown_key'; readonly statement: Statement; readonly keyId: string }
  | { readonly kind: 'bad_signature' }
  | { readonly kind: 'malformed'; readonly why: string }

export function decodeRecord(bytes: Uint8Array, verifier: RecordVerifier): Decoded {
  const envelope = parseEnvelope(bytes)
  if (!envelope.ok) return { kind: 'malformed', why: envelope.why }
  const { payloadType, payload, keyId, signature } = envelope.value
  const isKnown = verifier.knows(keyId)
  // Before the payload is parsed: what is not signed by a pinned key should reach as little code as it can.
  if (isKnown && !verifier.verify(keyId, preAuthEncoding(payloadType, payload), signature))
    return { kind: 'bad_signature' }
  const statement = parseStatement(payload)
  if (typeof statement === 'string') return { kind: 'malformed', why: statement }
  // A pinned key may not speak in the name of another one.
  if (statement.predicate.dispatcher.key !== keyId)
    return { kind: 'malformed', why: 'it names another key than it is signed with' }
  return { kind: isKnown ? 'valid' : 'unknown_key', statement, keyId }
}

/** A text says why it is none. */
function parseStatement(payload: Uint8Array): Statement | string {
  const json = readJson(payload)
  if (!json.ok) return `the payload is ${json.why}`
  const parsed = statementSchema.safeParse(json.value)
  if (!parsed.success) return z.prettifyError(parsed.error)
  return isCanonical(parsed.data, json.text) ? parsed.data : 'the payload is not canonical JSON'
}

/** Compares what was understood with what was signed: nothing may be dropped, repeated or spelled otherwise. */
function isCanonical(value: Statement, signed: string): boolean {
  try {
    return canonicalText(value) === signed
  } catch {
    // Escaped lone surrogates parse, but have no canonical form.
    return false
  }
}
