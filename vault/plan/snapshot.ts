/** The world as one tick saw it: one immutable value, from which everything is decided. */
import type { ActionId } from '../action/id.js'
import type { MergeFact } from '../countersignature/fact.js'
import type { Learned, MergeDossier } from '../forge/fact.js'
import type { ForgeSight } from '../forge/sight.js'
import type { Change, EntryFact } from '../git-facts.js'
import type { Oid } from '../oid.js'
import type { FindingCode, TrustReason } from '../reasons.js'
import type { Intent } from '../record/statement.js'
import type { ActionFile, RequestFact } from '../request/fact.js'
import type { Trust } from '../trust/trust.js'

/** An action file on main that no dispatcher has claimed yet. */
export interface WaitingFact {
  readonly path: string
  /** The file's stem: an id, or not. */
  readonly stem: string
  readonly entry: EntryFact
  readonly file: ActionFile
  /** The last commit that changed the path. Null: it could not be read. */
  readonly merge: MergeFact | null
  /**
   * The pull request whose merge commit that is, read singly; `value` null: the forge knows none, and has had the time
   * to know (it writes a merge down after git shows it). Null: plain git, or not asked. A low action needs it too, with
   * the permission of its author (and of the pushers of a fork): a stranger's is high (law 3).
   */
  readonly pull: Learned<MergeDossier | null> | null
}

/**
 * What the runner knows of a claim; `again`: noted for a second run, after one whose end is unknown; `foreign`: another
 * instance's, so nothing is known here.
 */
export type ClaimState = 'unknown' | 'noted' | 'again' | 'running' | 'finished' | 'lost' | 'foreign'

/** A claim on main that has no outcome. */
export interface ClaimFact {
  readonly id: ActionId
  readonly day: string
  readonly intent: Intent
  /** The action's bytes, as they lie beside the intent. */
  readonly blob: Oid
  /** SHA-256 (hex) of the bytes of its intent.json. */
  readonly intentSha256: string
  readonly state: ClaimState
  /** Its formula, by the trust set of the claim, says that it may run again. */
  readonly idempotent: boolean
}

/** A change under the record folders that no dispatcher made. */
export interface ForeignChange {
  readonly change: Change
  readonly code: FindingCode
}

export type FreezeCause = 'operator' | Extract<TrustReason, 'main_rewritten' | 'root_missing'>

export interface Freeze {
  readonly reason: string
  readonly cause: FreezeCause
  /** Epoch milliseconds. */
  readonly since: number
}

/** Where an id was used before: the day folder of its records. */
export interface UsedId {
  readonly day: string
  /** The request's head that was claimed, where it is known: its branch and its pull request go, and say nothing else any more. */
  readonly head?: Oid | null
  /** Its claim is on main and could not be read this time: whether a request is the one that was claimed is not known. */
  readonly isUnread?: boolean
}

export interface Snapshot {
  /** Epoch milliseconds: the only clock that a decision sees. */
  readonly now: number
  readonly main: Oid
  readonly trust: Trust
  readonly freeze: Freeze | null
  readonly requests: readonly RequestFact[]
  readonly waiting: readonly WaitingFact[]
  readonly claims: readonly ClaimFact[]
  /** There are more, which could not be read this time: what is not in `claims` is not known to have ended. */
  readonly hasUnreadClaims?: boolean
  /** For every id that occurs in `requests` and `waiting`: where it was used before. */
  readonly used: ReadonlyMap<string, UsedId>
  readonly foreign: readonly ForeignChange[]
  /** Keys that signed records on main and that nobody pinned here: another dispatcher, or a forger. */
  readonly unknownKeys: readonly string[]
  /** Branches `vault/<id>` on the remote, by suffix. */
  readonly branches: ReadonlyMap<string, Oid>
  /** Comments that stand now, by request head. */
  readonly comments: ReadonlyMap<Oid, string>
  /** Null: plain git. */
  readonly forge: ForgeSight | null
  readonly dispatcher: DispatcherFact
}

/** What this dispatcher is and has, beside the policy. */
export interface DispatcherFact {
  readonly instance: string
  /** Null for somebody who only looks, and does not know what the dispatcher has. */
  readonly stock: Stock | null
  /** `vault/actions/README.md` is on main: without it git drops the empty folder (field failure 48). */
  readonly hasActionsReadme: boolean
}

/** What runs may be given. */
export interface Stock {
  /** The agent command of prompt steps, with the models and tools that the operator lets it have; null: there is none. */
  readonly agent: { readonly models: readonly string[]; readonly tools: readonly string[] } | null
  /** Names of the secrets in the store. */
  readonly secrets: ReadonlySet<string>
}
