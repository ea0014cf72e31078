/** One step along main: what a commit that changed the trust set makes of what is in force. */
import { approverOf } from '../countersignature/approver.js'
import type { SignatureFact } from '../git-facts.js'
import type { Oid } from '../oid.js'
import { type CompiledTrustSet, sameTrustSet, type TrustSetIds } from '../policy/trust-set.js'
import type { BrokenSet, Trust } from './trust.js'

/** A commit on the first-parent line whose trust set differs from its first parent's. */
export interface TrustChange {
  readonly commit: Oid
  readonly parents: readonly Oid[]
  readonly before: TrustSetIds
  readonly after: TrustSetIds
  readonly signature: SignatureFact
  readonly compiled: CompiledTrustSet
}

/**
 * First restore, then change: an admin's change counts only on a set that has authority itself, so that a harmless
 * change cannot launder an unauthorised one that lies below it (field failure 40).
 */
export function advanceTrust(trust: Trust, change: TrustChange): Trust {
  const authorised = trust.broken?.ids ?? trust.inForce.set.ids
  // Content decides, not history: whoever puts the authorised set back has restored it.
  if (sameTrustSet(change.after, authorised)) return { ...trust, offending: null }

  const authority = authorityOf(change, trust)
  if (!sameTrustSet(change.before, authorised)) {
    const reason = authority === null ? 'trust_change_on_unauthorised' : 'trust_change_unauthorised'
    return {
      ...trust,
      offending: trust.offending ?? {
        commit: change.commit,
        reason,
        detail: authority ?? 'it stands on a set that is not in force',
      },
    }
  }
  if (authority !== null) {
    return { ...trust, offending: { commit: change.commit, reason: 'trust_change_unauthorised', detail: authority } }
  }
  if (change.compiled.ok) {
    return {
      root: trust.root,
      inForce: { commit: change.commit, set: change.compiled.set },
      broken: null,
      offending: null,
    }
  }
  const broken: BrokenSet = { commit: change.commit, ids: change.after, files: change.compiled.files }
  return { ...trust, broken, offending: null }
}

/** Null where an admin's key stands behind the commit; else why not. It may be the same person who wrote the change (law 6). */
function authorityOf(change: TrustChange, trust: Trust): string | null {
  if (change.parents.length > 2) return `it has ${change.parents.length} parents`
  const approver = approverOf(change.signature, 'admin', trust.inForce.set)
  return approver.kind === 'allowed' ? null : approver.detail
}
