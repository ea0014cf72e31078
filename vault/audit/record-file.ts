/** A file below the record folders, as an audit reads it. */
import { LIMITS } from '../limits.js'
import type { Check, Held } from './check-record.js'
import { type AuditFinding, auditFinding } from './finding.js'

export interface RecordFile {
  readonly path: string
  readonly mode: string
  /** Null: not a file, or larger than any record. */
  readonly bytes: Uint8Array | null
}

export interface CheckedFile<T> {
  /** Where it holds; that nobody pinned its key is a finding beside it. */
  readonly held: Held<T> | null
  readonly findings: readonly AuditFinding[]
}

/** A dispatcher writes nothing else: an executable bit or a symlink is somebody's work. */
export const RECORD_MODE = '100644'

/** @param id the action whose record it is; null for what is about main as a whole */
export function checkFile<T>(
  file: RecordFile,
  id: string | null,
  check: (bytes: Uint8Array) => Check<T>,
): CheckedFile<T> {
  const { path } = file
  const fault = unfit(file, id)
  if (fault !== null || file.bytes === null) return { held: null, findings: fault === null ? [] : [fault] }
  const checked = check(file.bytes)
  if (checked.kind === 'finding') {
    return { held: null, findings: [auditFinding(checked.code, checked.message, { id, path })] }
  }
  if (checked.isKnownKey) return { held: checked, findings: [] }
  const unknown = auditFinding('record_key_unknown', 'it is signed by a key that is not pinned', { id, path })
  return { held: checked, findings: [unknown] }
}

/** What is wrong with the file before anything in it is looked at. */
export function unfit({ path, mode, bytes }: RecordFile, id: string | null): AuditFinding | null {
  if (mode !== RECORD_MODE) {
    return auditFinding('record_foreign', `it has mode ${mode}; a dispatcher writes ${RECORD_MODE}`, { id, path })
  }
  if (bytes === null) return auditFinding('record_malformed', `larger than ${LIMITS.recordBytes} bytes`, { id, path })
  return null
}
