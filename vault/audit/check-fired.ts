/** The folder of one fired action, by what lies in it: is each record signed, in its place, and about this action? */
import type { ActionId } from '../action/id.js'
import { sha256Hex } from '../digest.js'
import { parseRecordPath } from '../record/parse-path.js'
import { ACTION_FILE, firedFolder, INTENT_FILE } from '../record/paths.js'
import type { Intent, Outcome } from '../record/statement.js'
import type { RecordVerifier } from '../record/verifier.js'
import { checkIntent, checkOutcome, type Held } from './check-record.js'
import { type AuditFinding, auditFinding } from './finding.js'
import { checkFile, type RecordFile, unfit } from './record-file.js'

export interface Place {
  readonly day: string
  readonly id: ActionId
}

export interface FiredFolder {
  readonly place: Place
  readonly findings: readonly AuditFinding[]
  /** The intent where it holds; a key that nobody pinned is a finding beside it. */
  readonly intent: Held<Intent> | null
  /** Of intent.json as it lies there, whether it holds or not: what an outcome must be bound to. */
  readonly intentSha256: string | null
  readonly action: Uint8Array | null
}

export function checkFiredFolder(
  place: Place,
  files: { readonly action: RecordFile | null; readonly intent: RecordFile | null },
  verifier: RecordVerifier,
): FiredFolder {
  const folder = firedFolder(place.day, place.id)
  const unfitAction = files.action === null ? null : unfit(files.action, place.id)
  const action = unfitAction === null ? (files.action?.bytes ?? null) : null
  const ofAction = unfitAction === null ? [] : [unfitAction]
  if (files.intent === null) {
    const words = 'there is no intent: nothing says why this fired'
    const missing = auditFinding('record_missing', words, { id: place.id, path: `${folder}/${INTENT_FILE}` })
    return { place, findings: [...ofAction, missing], intent: null, intentSha256: null, action }
  }
  const { held, findings } = checkFile(files.intent, place.id, (bytes) => checkIntent(bytes, action, place, verifier))
  const { bytes } = files.intent
  return {
    place,
    findings: [...ofAction, ...findings.map((finding) => atItsFile(finding, folder))],
    intent: held,
    intentSha256: bytes === null ? null : (held?.sha256 ?? sha256Hex(bytes)),
    action,
  }
}

/** @param file outcome.json, or a late outcome */
export function checkFiredOutcome(
  folder: FiredFolder,
  file: RecordFile,
  verifier: RecordVerifier,
): readonly AuditFinding[] {
  const { place, action, intent, intentSha256 } = folder
  const { day, id } = place
  // Without an intent there is nothing to bind it to, and that is reported already.
  if (intentSha256 === null) return []
  const { held, findings } = checkFile(file, id, (bytes) =>
    checkOutcome(bytes, action, { id, sha256: intentSha256 }, verifier),
  )
  const differs = held === null || intent === null ? null : contradiction(held.predicate, intent.predicate, file.path)
  return [
    ...findings.map((finding) => atItsFile(finding, firedFolder(day, id))),
    ...(differs === null ? [] : [differs]),
  ]
}

/** One action that was edited makes every record beside it speak of another one: that is one finding, at the action. */
function atItsFile(finding: AuditFinding, folder: string): AuditFinding {
  const isAboutAction = finding.code === 'subject_mismatch' || finding.code === 'record_missing'
  return isAboutAction ? { ...finding, path: `${folder}/${ACTION_FILE}` } : finding
}

/** What an outcome says that its intent or its file's name denies, though it is signed. */
function contradiction(outcome: Outcome, intent: Intent, path: string): AuditFinding | null {
  const { id } = intent
  if (outcome.dry_run !== intent.dry_run) {
    const message = `the outcome says dry_run = ${outcome.dry_run}, its intent says ${intent.dry_run}`
    return auditFinding('intent_mismatch', message, { id, path })
  }
  const parsed = parseRecordPath(path)
  if (parsed?.kind === 'late_outcome' && parsed.instance !== outcome.dispatcher.instance) {
    const message = `it is named after instance ${parsed.instance}, but ${outcome.dispatcher.instance} signed it`
    return auditFinding('record_misplaced', message, { id, path })
  }
  return null
}
