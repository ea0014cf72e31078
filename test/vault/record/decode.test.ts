import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordVerifier } from '../../../lib/signing/record-verifier.js'
import { canonicalJson } from '../../../vault/record/canonical-json.js'
import { decodeRecord } from '../../../vault/record/decode.js'
import { parseEnvelope, preAuthEncoding, renderEnvelope } from '../../../vault/record/envelope.js'
import { sealRecord } from '../../../vault/record/seal.js'
import {
  DECISION_TYPE,
  decisionStatement,
  INTENT_TYPE,
  intentStatement,
  OUTCOME_TYPE,
  outcomeStatement,
  PAYLOAD_TYPE,
  type Statement,
} from '../../../vault/record/statement.js'
import { actionSubject, blobSubject, commitSubject } from '../../../vault/record/subject.js'
import { newSigner } from './key.js'
import { ACTION, COMMIT, freeze, incident, intent, outcome, refusal } from './sample.js'

const signer = newSigner()
const stranger = newSigner()
const verifier = recordVerifier([signer.publicKey])
const key = signer.keyId

const statements: readonly [string, Statement][] = [
  ['an intent', intentStatement(ACTION, intent(key))],
  ['an outcome', outcomeStatement(ACTION, outcome(key))],
  ['a refusal', decisionStatement(actionSubject('release-1', ACTION), refusal(key))],
  ['a refusal of what is no file', decisionStatement(blobSubject('vault/actions/x.toml', COMMIT), refusal(key))],
  [
    'a refusal of a file without a stem',
    decisionStatement(blobSubject('vault/actions/.toml', COMMIT), refusal(key, '')),
  ],
  ['an incident', decisionStatement(commitSubject('main', COMMIT), incident(key))],
  ['a freeze', decisionStatement(commitSubject('main', COMMIT), freeze(key))],
]

/** Signs any bytes as a payload: what a dispatcher with a bug, or the holder of a key, could do. */
function signed(payload: Uint8Array, by = signer, payloadType = PAYLOAD_TYPE): Uint8Array {
  const signature = by.sign(preAuthEncoding(payloadType, payload))
  return renderEnvelope({ payloadType: PAYLOAD_TYPE, payload, keyId: by.keyId, signature })
}

const payloadOf = (text: string) => new TextEncoder().encode(text)
const good = intentStatement(ACTION, intent(key))
const goodText = new TextDecoder().decode(canonicalJson(good))

describe('decodeRecord', () => {
  it.each(statements)('reads back %s', (_, statement) => {
    expect(decodeRecord(sealRecord(statement, signer), verifier)).toEqual({ kind: 'valid', statement, keyId: key })
  })

  it('tells a key that is not pinned from a forgery', () => {
    const statement = intentStatement(ACTION, intent(stranger.keyId))
    const decoded = decodeRecord(sealRecord(statement, stranger), verifier)
    expect(decoded).toEqual({ kind: 'unknown_key', statement, keyId: stranger.keyId })
  })

  it('does not believe a key that calls itself the pinned one', () => {
    const parsed = parseEnvelope(sealRecord(intentStatement(ACTION, intent(stranger.keyId)), stranger))
    if (!parsed.ok) throw new Error(parsed.why)
    expect(decodeRecord(renderEnvelope({ ...parsed.value, keyId: key }), verifier)).toEqual({ kind: 'bad_signature' })
  })

  it('does not let one pinned key speak in the name of another', () => {
    const both = recordVerifier([signer.publicKey, stranger.publicKey])
    expect(decodeRecord(signed(canonicalJson(good), stranger), both)).toMatchObject({ kind: 'malformed' })
  })

  it('does not take a signature over the same payload as another type', () => {
    expect(decodeRecord(signed(canonicalJson(good), signer, 'text/plain' as typeof PAYLOAD_TYPE), verifier)).toEqual({
      kind: 'bad_signature',
    })
  })

  it('does not take a signature over the bare payload', () => {
    const payload = canonicalJson(good)
    const bare = renderEnvelope({ payloadType: PAYLOAD_TYPE, payload, keyId: key, signature: signer.sign(payload) })
    expect(decodeRecord(bare, verifier)).toEqual({ kind: 'bad_signature' })
  })

  it.each([
    ['white space', goodText.replace(',', ', ')],
    ['a repeated key', goodText.replace('"tier":"high"', '"tier":"low","tier":"high"')],
    ['another spelling of a number', goodText.replace('"timeout_minutes":60', '"timeout_minutes":6e1')],
    ['an escaped character', goodText.replace('release-1', '\\u0072elease-1')],
    ['keys in another order', goodText.replace('"gave":"high","rule":"tier"', '"rule":"tier","gave":"high"')],
    ['a lone surrogate', goodText.replace('"agent"', '"\\ud800"')],
    ['a byte order mark', `\ufeff${goodText}`],
    ['no JSON', 'hello'],
    ['nothing', ''],
  ])('refuses a payload with %s, though it is signed', (_, text) => {
    expect(text).not.toBe(goodText)
    expect(decodeRecord(signed(payloadOf(text)), verifier)).toMatchObject({ kind: 'malformed' })
  })

  it.each([
    ['an outcome under the type of an intent', { ...good, predicate: outcome(key) }],
    ['an intent under the type of an outcome', { ...good, predicateType: OUTCOME_TYPE }],
    ['an intent under the type of a decision', { ...good, predicateType: DECISION_TYPE }],
    ['a decision under the type of an intent', { ...good, predicateType: INTENT_TYPE, predicate: refusal(key) }],
    ['a predicate type of a later version', { ...good, predicateType: 'urn:countersign:intent:2' }],
    ['another statement type', { ...good, _type: 'https://in-toto.io/Statement/v0.1' }],
    ['an unknown field', { ...good, predicate: { ...good.predicate, approved: true } }],
    ['a key __proto__', JSON.parse(goodText.replace('"tier":"high"', '"tier":"high","__proto__":{}'))],
    ['no subject', { ...good, subject: [] }],
    ['two subjects', { ...good, subject: [good.subject[0], actionSubject('other', ACTION)] }],
    ['the subject of another action', { ...good, subject: [actionSubject('other', ACTION)] }],
    ['an intent for a commit', { ...good, subject: [commitSubject('vault/actions/release-1.toml', COMMIT)] }],
    ['an unknown reason', { ...good, predicate: { ...good.predicate, reason: 'because' } }],
    ['a reason of another group', { ...good, predicate: { ...good.predicate, reason: 'self_approval' } }],
    ['a reason that every object has', { ...good, predicate: { ...good.predicate, reason: 'constructor' } }],
    [
      'high tier on policy alone',
      { ...good, predicate: { ...good.predicate, evidence: { kind: 'policy', requesters: [] } } },
    ],
    ['a local time', { ...good, predicate: { ...good.predicate, claimed_at: '2026-11-22T09:00:00.000+01:00' } }],
    [
      'a day that does not exist',
      { ...good, predicate: { ...good.predicate, claimed_at: '2026-02-30T09:00:00.000Z' } },
    ],
    ['an id with a path in it', { ...good, predicate: { ...good.predicate, id: '../x' } }],
    ['a nonce with a path in it', { ...good, predicate: { ...good.predicate, nonce: '../../etc' } }],
  ])('refuses %s, though it is signed', (_, statement) => {
    expect(decodeRecord(signed(canonicalJson(statement)), verifier)).toMatchObject({ kind: 'malformed' })
  })

  const file = sealRecord(good, signer)
  property.prop([fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 })], { numRuns: 1000 })(
    'believes nothing after any one byte was changed',
    (at, flip) => {
      const changed = file.slice()
      changed[at] = (changed[at] ?? 0) ^ flip
      expect(decodeRecord(changed, verifier).kind).not.toBe('valid')
    },
  )

  property.prop([fc.nat({ max: file.length - 1 })])('believes no part of a file', (length) => {
    expect(decodeRecord(file.subarray(0, length), verifier).kind).toBe('malformed')
  })

  property.prop([fc.oneof(fc.uint8Array(), fc.json().map(payloadOf))])('never throws', (bytes) => {
    expect(decodeRecord(bytes, verifier).kind).toBe('malformed')
    expect(decodeRecord(signed(bytes), verifier).kind).toBe('malformed')
  })
})
