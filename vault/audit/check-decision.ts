/** Refusals and events: is each signed, and where its own words say that it belongs? */
import { sha256Hex } from '../digest.js'
import type { Oid } from '../oid.js'
import { decisionPath, eventPath } from '../record/paths.js'
import type { Decision } from '../record/statement.js'
import { requestPath } from '../record/subject.js'
import { dayOf } from '../record/time.js'
import type { RecordVerifier } from '../record/verifier.js'
import { type Check, checkDecision, type Held, type RecordFinding } from './check-record.js'

/** @param path of decision.json: it holds day, id and blob, all of which are signed */
export function checkRefusal(path: string, bytes: Uint8Array, verifier: RecordVerifier): Check<Decision> {
  const checked = checkDecision(bytes, verifier)
  if (checked.kind === 'finding') return checked
  const { predicate } = checked
  if (predicate.event !== 'refused') return misplaced(`the record of a ${predicate.event} lies among the refusals`)
  const blob = refusedBlob(checked)
  if (blob === null)
    return { kind: 'finding', code: 'subject_mismatch', message: 'it does not name the file that was refused' }
  const right = decisionPath(dayOf(Date.parse(predicate.at)), predicate.id, blob)
  return right === path ? checked : misplaced(`it was signed for ${right}`)
}

/** The file that a refusal was signed for, by git's name; null where the subject is not the refused action. */
export function refusedBlob({ predicate, subject }: Held<Decision>): Oid | null {
  if (predicate.event !== 'refused' || !('gitBlob' in subject.digest)) return null
  return subject.name === requestPath(predicate.id) ? subject.digest.gitBlob : null
}

export function checkEvent(path: string, bytes: Uint8Array, verifier: RecordVerifier): Check<Decision> {
  const checked = checkDecision(bytes, verifier)
  if (checked.kind === 'finding') return checked
  const { predicate } = checked
  if (predicate.event === 'refused') return misplaced('a refusal lies in the ledger')
  const right = eventPath(Date.parse(predicate.at), predicate.event, sha256Hex(bytes))
  return right === path ? checked : misplaced(`it was signed for ${right}`)
}

function misplaced(message: string): RecordFinding {
  return { kind: 'finding', code: 'record_misplaced', message }
}
