/** One fired action in a line: what `log` says of it. Says how far its signatures hold, and judges nothing else. */
import type { ActionId } from '../action/id.js'
import type { Oid } from '../oid.js'
import { secondKeyBy } from '../prose/second-key.js'
import type { Decoded } from '../record/decode.js'
import { firedFolder } from '../record/paths.js'
import {
  type Evidence,
  INTENT_TYPE,
  type Intent,
  OUTCOME_TYPE,
  type Outcome,
  type OutcomeStatus,
  type Statement,
} from '../record/statement.js'
import type { Tier } from '../tier.js'

/** The worst of an action's records counts. */
const SIGNATURES = ['valid', 'unknown_key', 'bad_signature', 'malformed'] as const
type RecordSignature = (typeof SIGNATURES)[number]

/** Nulls where the intent cannot be read. */
export interface LogLine {
  readonly id: string
  readonly tier: Tier | null
  readonly formula: string | null
  /** `running`: no outcome yet. `unreadable`: an outcome that is none. */
  readonly status: OutcomeStatus | 'running' | 'unreadable'
  readonly second_key: { readonly kind: Evidence['kind']; readonly by: string } | null
  readonly claimed_at: string | null
  readonly ended_at: string | null
  /** The commit that claimed it. */
  readonly commit: Oid | null
  readonly record: string
  readonly dry_run: boolean | null
  /** What a dispatcher reported after another one had called the end unknown. */
  readonly late_status: OutcomeStatus | null
  /** Null: no key is pinned, so no signature was checked; `malformed` shows without one. */
  readonly signature: RecordSignature | null
}

/** The records of one fired folder, decoded; null where there is no such file. */
export interface FiredRecords {
  readonly intent: Decoded | null
  readonly outcome: Decoded | null
  readonly late: readonly Decoded[]
}

export function logLine(
  place: { readonly day: string; readonly id: ActionId },
  records: FiredRecords,
  hasKeys: boolean,
): LogLine {
  const intent = intentOf(records.intent)
  const outcome = outcomeOf(records.outcome)
  const late = records.late.map(outcomeOf).findLast((found) => found !== null) ?? null
  const signature = signatureOf(records)
  return {
    id: place.id,
    tier: intent?.tier ?? null,
    formula: intent?.formula ?? null,
    status: records.outcome === null ? 'running' : (outcome?.status ?? 'unreadable'),
    second_key: intent === null ? null : secondKeyOf(intent),
    claimed_at: intent?.claimed_at ?? null,
    ended_at: outcome?.ended_at ?? null,
    commit: null,
    record: firedFolder(place.day, place.id),
    dry_run: intent?.dry_run ?? null,
    late_status: late?.status ?? null,
    signature: hasKeys || signature === 'malformed' ? signature : null,
  }
}

/** What it says, also where the key is unknown; null where its signature is false or there is nothing to read. */
export function intentOf(decoded: Decoded | null): Intent | null {
  const statement = statementOf(decoded)
  return statement?.predicateType === INTENT_TYPE ? statement.predicate : null
}

export function outcomeOf(decoded: Decoded | null): Outcome | null {
  const statement = statementOf(decoded)
  return statement?.predicateType === OUTCOME_TYPE ? statement.predicate : null
}

function signatureOf({ intent, outcome, late }: FiredRecords): RecordSignature {
  const kinds = [intent?.kind ?? 'malformed', ...[outcome, ...late].flatMap((decoded) => decoded?.kind ?? [])]
  return SIGNATURES.findLast((kind) => kinds.includes(kind)) ?? 'malformed'
}

function secondKeyOf({ evidence }: Intent): LogLine['second_key'] {
  return { kind: evidence.kind, by: secondKeyBy(evidence) }
}

function statementOf(decoded: Decoded | null): Statement | null {
  return decoded?.kind === 'valid' || decoded?.kind === 'unknown_key' ? decoded.statement : null
}
