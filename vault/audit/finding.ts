/** What an audit found not to hold: one line for people, its code for programs. */
import type { Oid } from '../oid.js'
import type { FindingCode, RefuseReason, TrustReason } from '../reasons.js'

export type AuditCode = FindingCode | Extract<TrustReason, 'root_missing' | 'trust_set_unusable'>

export interface AuditFinding {
  /** Null where it is about main as a whole. */
  readonly id: string | null
  readonly code: AuditCode
  readonly message: string
  /** As git has it: any text, so it is made plain before it is shown. */
  readonly path: string | null
  /** The commit on main that is to blame, where one is known. */
  readonly commit: Oid | null
  /** For a second key that does not hold: why the dispatcher should have refused. */
  readonly reason: RefuseReason | null
}

type Details = Partial<Pick<AuditFinding, 'id' | 'path' | 'commit' | 'reason'>>

export function auditFinding(code: AuditCode, message: string, details: Details): AuditFinding {
  return { id: null, path: null, commit: null, reason: null, ...details, code, message }
}
