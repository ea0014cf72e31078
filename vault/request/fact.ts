/** What was seen of a request branch, before anything is decided. */

import type { LocatedAction } from '../action/parse.js'
import type { PullDossier } from '../forge/fact.js'
import type { ChangeSet, SignatureFact } from '../git-facts.js'
import type { Oid } from '../oid.js'
import type { Parsed } from '../problem.js'

/** A commit that the request brings. */
export interface RequestCommit {
  readonly oid: Oid
  readonly parents: readonly Oid[]
  /**
   * An exact merge of main into the request: it adds nothing of its own, so whoever made it requests nothing (law 6,
   * field failure 50). Safe direction: false where in doubt.
   */
  readonly exactMainMerge: boolean
  /** Null: not read, because the tier does not ask for it. Safe direction: null counts as unknown. */
  readonly signature: SignatureFact | null
}

/** The file that a request adds, where it adds exactly one that can be read. */
export type ActionFile =
  | { readonly kind: 'parsed'; readonly blob: Oid; readonly bytes: Uint8Array; readonly action: Parsed<LocatedAction> }
  | { readonly kind: 'too_large'; readonly blob: Oid; readonly size: number }
  | { readonly kind: 'missing'; readonly blob: Oid }
  | { readonly kind: 'none' }

export type RequestContent =
  | { readonly kind: 'unread'; readonly why: 'object_missing' | 'branch_moved' | 'git_failed' | 'tick_limit' }
  /** Nothing in it that main lacks. */
  | { readonly kind: 'contained' }
  | { readonly kind: 'unrelated' }
  | { readonly kind: 'ambiguous' }
  | {
      readonly kind: 'change'
      /** The merge base with main. */
      readonly base: Oid
      readonly changes: ChangeSet
      readonly commits: readonly RequestCommit[]
      readonly tooManyCommits: boolean
      readonly file: ActionFile
    }

export interface RequestFact {
  /** What follows `vault/` in the branch's name: any text that git allows. */
  readonly suffix: string
  readonly head: Oid
  readonly content: RequestContent
  /** A branch `vault/<suffix>` of the ops repo itself is at this head. False: only a fork has it. */
  readonly isBranch: boolean
  /** The open pull requests with this head against main; empty in plain git, and for a bare branch. */
  readonly pulls: readonly PullDossier[]
}
