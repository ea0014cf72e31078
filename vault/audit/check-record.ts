/** Does one record hold by itself: read, signed, in its place, and about the action beside it? Used by the watch over main and by `verify`. */
import { sha256Hex } from '../digest.js'
import type { FindingCode } from '../reasons.js'
import { decodeRecord } from '../record/decode.js'
import {
  DECISION_TYPE,
  type Decision,
  INTENT_TYPE,
  type Intent,
  OUTCOME_TYPE,
  type Outcome,
  type Statement,
  type Subject,
} from '../record/statement.js'
import { dayOf } from '../record/time.js'
import type { RecordVerifier } from '../record/verifier.js'

export interface RecordFinding {
  readonly kind: 'finding'
  readonly code: FindingCode
  readonly message: string
}

/** `isKnownKey` false: all holds but that nobody pinned the key. */
export interface Held<T> {
  readonly kind: 'held'
  readonly predicate: T
  /** What it was signed for. */
  readonly subject: Subject
  readonly sha256: string
  readonly isKnownKey: boolean
  /** Hex SHA-256 of the public key that signed it. */
  readonly keyId: string
}

export type Check<T> = Held<T> | RecordFinding

/** @param place where it lies: the day folder and the id */
export function checkIntent(
  bytes: Uint8Array,
  action: Uint8Array | null,
  place: { day: string; id: string },
  verifier: RecordVerifier,
): Check<Intent> {
  const checked = checkIntentAlone(bytes, place, verifier)
  if (checked.kind === 'finding') return checked
  if (action === null) return finding('record_missing', 'there is no action.toml beside the intent')
  if (!isSubject(checked.subject, action))
    return finding('subject_mismatch', 'action.toml is not what the intent was signed for')
  return checked
}

/** Whatever lies beside it: for an intent that is gone, or whose action is. */
export function checkIntentAlone(
  bytes: Uint8Array,
  place: { day: string; id: string },
  verifier: RecordVerifier,
): Check<Intent> {
  const read = readStatement(bytes, verifier)
  if (read.kind === 'finding') return read
  const { statement } = read
  if (statement.predicateType !== INTENT_TYPE) return finding('record_malformed', 'it is not an intent')
  const intent = statement.predicate
  // A record that is copied to another place would claim another id, or the same one twice.
  if (intent.id !== place.id) return finding('record_misplaced', `the intent of ${intent.id} lies under ${place.id}`)
  if (dayOf(Date.parse(intent.claimed_at)) !== place.day)
    return finding('record_misplaced', `claimed at ${intent.claimed_at}, but it lies under ${place.day}`)
  return held(intent, read, bytes)
}

export function checkOutcome(
  bytes: Uint8Array,
  action: Uint8Array | null,
  intent: { id: string; sha256: string },
  verifier: RecordVerifier,
): Check<Outcome> {
  const checked = checkOutcomeAlone(bytes, intent, verifier)
  if (checked.kind === 'finding') return checked
  if (action === null || !isSubject(checked.subject, action))
    return finding('subject_mismatch', 'action.toml is not what the outcome was signed for')
  return checked
}

export function checkOutcomeAlone(
  bytes: Uint8Array,
  intent: { id: string; sha256: string },
  verifier: RecordVerifier,
): Check<Outcome> {
  const read = readStatement(bytes, verifier)
  if (read.kind === 'finding') return read
  const { statement } = read
  if (statement.predicateType !== OUTCOME_TYPE) return finding('record_malformed', 'it is not an outcome')
  const outcome = statement.predicate
  if (outcome.id !== intent.id || outcome.intent_sha256 !== intent.sha256)
    return finding('intent_mismatch', 'the outcome was signed for another intent')
  return held(outcome, read, bytes)
}

export function checkDecision(bytes: Uint8Array, verifier: RecordVerifier): Check<Decision> {
  const read = readStatement(bytes, verifier)
  if (read.kind === 'finding') return read
  const { statement } = read
  if (statement.predicateType !== DECISION_TYPE) return finding('record_malformed', 'it is not a decision')
  return held(statement.predicate, read, bytes)
}

interface ReadStatement {
  readonly kind: 'read'
  readonly statement: Statement
  readonly isKnownKey: boolean
}
type Read = ReadStatement | RecordFinding

function held<T>(predicate: T, { statement, isKnownKey }: ReadStatement, bytes: Uint8Array): Held<T> {
  return {
    kind: 'held',
    predicate,
    subject: statement.subject[0],
    sha256: sha256Hex(bytes),
    isKnownKey,
    keyId: statement.predicate.dispatcher.key,
  }
}

function readStatement(bytes: Uint8Array, verifier: RecordVerifier): Read {
  const decoded = decodeRecord(bytes, verifier)
  switch (decoded.kind) {
    case 'valid':
      return { kind: 'read', statement: decoded.statement, isKnownKey: true }
    case 'unknown_key':
      return { kind: 'read', statement: decoded.statement, isKnownKey: false }
    case 'bad_signature':
      return finding('record_signature', 'its signature does not hold')
    case 'malformed':
      return finding('record_malformed', decoded.why)
  }
}

function isSubject({ digest }: Subject, action: Uint8Array): boolean {
  return 'sha256' in digest && digest.sha256 === sha256Hex(action)
}

function finding(code: FindingCode, message: string): RecordFinding {
  return { kind: 'finding', code, message }
}
