/** What a plan wants done. Each step carries what it needs, so that carrying it out decides nothing anew. */
import type { Oid } from '../oid.js'
import type { OutcomeReason, RefuseReason } from '../reasons.js'
import type { Evidence, OutcomeStatus } from '../record/statement.js'
import type { Asked, Judgement } from '../verdict/verdict.js'
import type { ClaimFact, ForeignChange, WaitingFact } from './snapshot.js'

/** Claim, then run. `waiting`: its file on main goes away with the claim; `branch`: its branch goes away after it. */
export interface ClaimStep {
  readonly kind: 'claim'
  readonly judgement: Judgement
  readonly asked: Asked
  readonly evidence: Evidence
  readonly waiting: WaitingFact | null
  readonly branch: { readonly suffix: string; readonly head: Oid } | null
}

/** Record that an action reached main without what it needs, and take it off `vault/actions/`. */
export interface RefuseStep {
  readonly kind: 'refuse'
  readonly judgement: Judgement
  readonly reason: RefuseReason
  readonly waiting: WaitingFact
}

export interface CommentStep {
  readonly kind: 'comment'
  readonly head: Oid
  readonly text: string
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

export type Step = ClaimStep | RefuseStep | CommentStep | TidyStep | UndoStep | StartStep | CollectStep | ConcludeStep

export interface Plan {
  readonly judgements: readonly Judgement[]
  readonly steps: readonly Step[]
  /** Epoch milliseconds at which something changes although nobody pushes; null: nothing will. */
  readonly nextDueAt: number | null
}
