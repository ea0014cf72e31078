import type { Learned, MergeDossier } from '../forge/fact.js'
import type { EntryFact, SignatureFact } from '../git-facts.js'
import type { Oid } from '../oid.js'
import type { CompiledTrustSet, TrustSetIds } from '../policy/trust-set.js'

/**
 * What was signed later says of a change whether it took force: by pinned dispatchers, who asked the forge when it came.
 * `not_taken` also where what is in force now is the same either way.
 */
export type Hindsight = 'taken' | 'not_taken' | 'unknown'

/** A commit on the first-parent line whose trust set differs from its first parent's. */
export interface TrustChange {
  readonly commit: Oid
  readonly parents: readonly Oid[]
  readonly before: TrustSetIds
  readonly after: TrustSetIds
  readonly signature: SignatureFact
  readonly compiled: CompiledTrustSet
  /**
   * The pull request whose merge commit it is, read singly; `value` null: the forge knows none. Null: plain git, or not
   * asked, because nothing hangs on it (`asksAuthority`).
   */
  readonly pull: Learned<MergeDossier | null> | null
  /** Null: not looked for, as by who saw it come. */
  readonly hindsight: Hindsight | null
  /** Null: it is no merge of two parents, or plain git, where a signature binds the whole commit. */
  readonly merged: MergedPaths | null
}

/** Every path of the trust set (files, in sub-folders too) that differs between M^1 and M, or between their merge base and M^2. */
export interface MergedPaths {
  readonly paths: readonly {
    readonly path: string
    readonly inMerge: EntryFact | null
    readonly inHead: EntryFact | null
  }[]
  readonly truncated: boolean
}
