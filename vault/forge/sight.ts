/** The forge as one tick saw it, beside the pull requests themselves. */
import type { Oid } from '../oid.js'
import type { Intent, Outcome } from '../record/statement.js'
import type { Account, ForgeFault, ForgeKind, PullDossier } from './fact.js'
import type { WindowState } from './window-state.js'

/** Which forge and repository this is, and who we are there: what a second key is checked against. */
export interface ForgeIdentity {
  readonly kind: ForgeKind
  readonly repositoryId: number
  /** The branch that pull requests are made against. */
  readonly baseBranch: string
  /** The dispatcher's own account: never a second key. */
  readonly self: Account
}

export interface ForgeSight extends ForgeIdentity {
  /** Why the open pull requests could not be listed; then nothing that comes from a branch is decided (law 2). */
  readonly fault: ForgeFault | null
  /**
   * By head: further pull requests known with it, closed ones too, beside those of the requests themselves, and those that the
   * forge gives for a merge. Whoever asked there asks here as well (law 6): else a second pull request would hide the
   * author of the first. Each with its history; where a review window may run, with what may have ended it as well.
   */
  readonly kin: ReadonlyMap<Oid, readonly PullDossier[]>
  /** What was kept of review windows, by this dispatcher's own signature. */
  readonly windows: readonly WindowState[]
  /** By pull request number: what the dispatcher shows there, as the digest of that `ShowStep`. */
  readonly shown: ReadonlyMap<number, string>
  /** By pull request number: claims that were made from it, until their end was shown there. */
  readonly owed: ReadonlyMap<number, OwedFact>
}

export interface OwedFact {
  /** The day folder of its records. */
  readonly day: string
  readonly intent: Intent
  /** Null: it runs, or waits to be started. */
  readonly outcome: Outcome | null
}
