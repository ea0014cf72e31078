/** What git said about commits and trees, as values. Nothing here is interpreted yet. */
import type { Oid } from './oid.js'

/**
 * The signature of a commit, checked by cryptography alone. Whose key it is, and what that person may do, is for the
 * trust set to say: the fingerprint is the identity, never a name or an e-mail of the commit (law 6).
 */
export type SignatureFact =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'ssh'; readonly fingerprint: string }
  | { readonly kind: 'invalid'; readonly why: string }

export const UNSIGNED: SignatureFact = { kind: 'unsigned' }

export interface CommitFact {
  readonly oid: Oid
  readonly tree: Oid
  readonly parents: readonly Oid[]
}

/** One side of a change. Modes as git prints them: 100644, 100755, 120000 (symlink), 160000 (submodule), 040000. */
export interface EntryFact {
  readonly mode: string
  readonly oid: Oid
}

export function sameEntry(a: EntryFact | null, b: EntryFact | null): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode
}

/** One path that differs between two trees; renames are never detected (a rename is a deletion and an addition). */
export interface Change {
  readonly path: string
  readonly before: EntryFact | null
  readonly after: EntryFact | null
}

/** The changes between two trees. `truncated`: there were more than the reader was told to read. */
export interface ChangeSet {
  readonly changes: readonly Change[]
  readonly truncated: boolean
}
