/** What one tick asks of the forge, and what comes of it. */
import type { Account, ForgeFault, PullFact } from '../../vault/forge/fact.js'
import type { ForgeSight } from '../../vault/forge/sight.js'
import type { Oid } from '../../vault/oid.js'
import type { WaitingFact } from '../../vault/plan/snapshot.js'
import type { TrustSet } from '../../vault/policy/trust-set.js'
import type { RequestFact } from '../../vault/request/fact.js'
import type { Learner } from './learn.js'

/** The open pull requests, as they were listed in one tick. */
export interface Listing {
  readonly learner: Learner
  readonly repositoryId: number
  readonly self: Account
  readonly pulls: readonly PullFact[]
  readonly isTruncated: boolean
  readonly fault: ForgeFault | null
  /** Equal where the listing says the same, and nothing was shown since. */
  readonly signature: string
}

export interface FoundRequest {
  readonly fact: RequestFact
  /** The open ones, as they were listed. */
  readonly pulls: readonly PullFact[]
}

/** What is asked of the forge in one tick. */
export interface Asking {
  readonly found: readonly FoundRequest[]
  readonly lying: readonly WaitingFact[]
  readonly set: TrustSet
  /** Nothing may fire now. */
  readonly isHeld: boolean
  /** Epoch milliseconds. */
  readonly now: number
  readonly listing: Listing
  /** Something would be let through at these heads: what was kept of them does not stand. */
  readonly deciding: ReadonlySet<Oid>
}

export interface ForgeFacts {
  readonly requests: readonly RequestFact[]
  readonly waiting: readonly WaitingFact[]
  readonly kin: ForgeSight['kin']
  /** Heads of which something was not asked, but kept from before. */
  readonly kept: ReadonlySet<Oid>
}
