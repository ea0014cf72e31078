/** A claim as an audit sees it: what was signed, and what git shows of the moment at which it was signed. */
import type { ActionId } from '../action/id.js'
import type { MergeFact } from '../countersignature/fact.js'
import type { EntryFact } from '../git-facts.js'
import type { Oid } from '../oid.js'
import { intentPath } from '../record/paths.js'
import type { Intent } from '../record/statement.js'
import type { Trust } from '../trust/trust.js'
import { type AuditCode, type AuditFinding, auditFinding } from './finding.js'

export interface AuditedClaim {
  readonly place: { readonly day: string; readonly id: ActionId }
  readonly intent: Intent
  /** The recorded action: what ran. */
  readonly action: Uint8Array
  readonly blob: Oid
  /** The commit that brought the intent to main, and what was in force at its first parent. */
  readonly commit: Oid
  readonly trust: Trust
  /** The action as it waited on main at that parent. Null: it did not, or nothing depends on it. */
  readonly standing: Standing | null
}

export interface Standing {
  readonly entry: EntryFact
  /** The last commit on the first-parent line that changed it. */
  readonly merge: MergeFact
}

export function claimFinding(
  claim: Pick<AuditedClaim, 'place' | 'commit'>,
  code: AuditCode,
  message: string,
  reason: AuditFinding['reason'] = null,
): AuditFinding {
  const { place, commit } = claim
  return auditFinding(code, message, { id: place.id, path: intentPath(place.day, place.id), commit, reason })
}
