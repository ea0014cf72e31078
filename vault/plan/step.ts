/** What a plan wants done. Each step carries what it needs, so that carrying it out decides nothing anew. */

import type { WindowState } from '../forge/window-state.js'
import type { Oid } from '../oid.js'
import type { OutcomeReason, RefuseReason } from '../reasons.js'
import type { Evidence, OutcomeStatus } from '../record/statement.js'
import type { Tier } from '../tier.js'
import type { Asked, Judgement } from '../verdict/verdict.js'
import type { ClaimFact, ForeignChange, WaitingFact } from './snapshot.js'

/** Claim, then run. `waiting`: its file on main goes away with the claim; `branch`: its branch goes away after it. */
export interface ClaimStep {
  readonly kind: 'claim'
  readonly judgement: Judgement
  readonly asked: Asked
  readonly evidence: Evidence
  readonly waiting: WaitingFact | null
  /** Null also for a fork's request: its branch is not ours. The request's head is `judgement.source.head`. */
  readonly branch: { readonly suffix: string; readonly head: Oid } | null
}

/** Record that an action reached main without what it needs, and take it off `vault/actions/`. */
export interface RefuseStep {
  readonly kind: 'refuse'
  readonly judgement: Judgement
  readonly reason: RefuseReason
  readonly waiting: WaitingFact
}

/** Plain git: the note on a request's head. */
export interface CommentStep {
  readonly kind: 'comment'
  readonly head: Oid
  readonly text: string
}

/** Forge: what one pull request shows. Carried out whole or again; `digest` is then what `ForgeSight.shown` has. */
export interface ShowStep {
  readonly kind: 'show'
  readonly pull: number
  /** What the words are about: the request's head, whatever the branch is at now. The status is set on it; null: nobody knows it. */
  readonly head: Oid | null
  /** The one sticky comment; begins with the marker by which it is found again. */
  readonly text: string
  /** The tier label to have (`tierLabel`), instead of any other; null: the labels stay as they are. */
  readonly tier: Tier | null
  /** Labels of other tiers that it has, to be taken off. */
  readonly otherLabels: readonly string[]
  /** Never `success` while anything waits: it could set off a scheduled merge (forge-facts). */
  readonly status: { readonly state: 'pending' | 'success' | 'failure'; readonly description: string }
  readonly digest: string
  /** How it ended is told with this: nothing more is owed there. */
  readonly isLast: boolean
}

/** Forge: close a pull request that was claimed from its head: there is nothing left to merge. */
export interface CloseStep {
  readonly kind: 'close'
  readonly pull: number
  readonly id: string
  /** The head that was claimed: on another one it stays open. */
  readonly head: Oid
}

/** Keep these states of review windows, signed, in place of all that were kept. */
export interface WatchStep {
  readonly kind: 'watch'
  readonly windows: readonly WindowState[]
}

/** Delete a request branch that has nothing in it that main lacks. */
export interface TidyStep {
  readonly kind: 'tidy'
  readonly suffix: string
  readonly head: Oid
}

/** Put records back as they were, and record the incident. */
export interface UndoStep {
  readonly kind: 'undo'
  readonly changes: readonly ForeignChange[]
}

/** Start a claimed run: one that was never started, or (`isAgain`) an idempotent one whose end is unknown. */
export interface StartStep {
  readonly kind: 'start'
  readonly claim: ClaimFact
  readonly isAgain: boolean
}

/** Wait for a run that goes on or has ended, and record how. */
export interface CollectStep {
  readonly kind: 'collect'
  readonly claim: ClaimFact
}

/** Record an outcome that no run reported. */
export interface ConcludeStep {
  readonly kind: 'conclude'
  readonly claim: ClaimFact
  readonly status: Extract<OutcomeStatus, 'indeterminate' | 'cancelled'>
  readonly reason: OutcomeReason
}

export type Step =
  | ClaimStep
  | RefuseStep
  | CommentStep
  | ShowStep
  | CloseStep
  | WatchStep
  | TidyStep
  | UndoStep
  | StartStep
  | CollectStep
  | ConcludeStep

export interface Plan {
  readonly judgements: readonly Judgement[]
  readonly steps: readonly Step[]
  /** Whether what was claimed and waits for its turn may be started. */
  readonly mayStart: boolean
  /** Epoch milliseconds at which something changes although nobody pushes; null: nothing will. */
  readonly nextDueAt: number | null
}
