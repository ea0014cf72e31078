/** Law 4: which trust set is in force, commit by commit along main's first-parent line. */
import type { Unproven } from '../forge/unproven.js'
import type { Oid } from '../oid.js'
import type { AdminsFrom, FileProblems, TrustSet, TrustSetIds } from '../policy/trust-set.js'
import type { TrustReason } from '../reasons.js'

export interface Trust {
  /** The commit at which `init` (or `unfreeze --root`) said: from here on. */
  readonly root: Oid
  /** Fixed at the root: no commit changes who says who is an admin. */
  readonly adminsFrom: AdminsFrom
  readonly inForce: { readonly commit: Oid; readonly set: TrustSet }
  /** What an admin brought after it and cannot be used. While it is there nothing fires; the set in force judges the repair. */
  readonly broken: BrokenSet | null
  /** The first commit that changed the set without authority and was not restored since. The set in force stays. */
  readonly offending: { readonly commit: Oid; readonly reason: TrustReason; readonly detail: string } | null
  /**
   * A commit that changed the set and whose authority the forge could not tell. What is in force after it is not known,
   * so everything is unverifiable (law 2). The caller goes no further along main, and asks about it again.
   */
  readonly unverified: { readonly commit: Oid; readonly fault: Unproven } | null
}

export interface BrokenSet {
  readonly commit: Oid
  readonly ids: TrustSetIds
  readonly files: readonly FileProblems[]
}
