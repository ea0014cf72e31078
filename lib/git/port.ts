/**
 * What the dispatcher asks of git: one bare clone and the remote behind it. Adapters: `open-repository.ts` (real git).
 * Every method rejects with `GitError` when git itself failed; a missing object is a value, never an exception.
 */
import type { Change, ChangeSet, CommitFact, SignatureFact } from '../../vault/git-facts.js'
import type { Oid } from '../../vault/oid.js'

/** What `ls-remote` showed, in one answer. Branches are keyed by the part after `refs/heads/vault/`. */
export interface RemoteRefs {
  readonly main: Oid | null
  readonly requests: ReadonlyMap<string, Oid>
  readonly notes: Oid | null
}

export interface TreeEntry {
  readonly name: string
  readonly mode: string
  readonly oid: Oid
}

export type BlobRead =
  | { readonly kind: 'blob'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large'; readonly bytes: number }
  | { readonly kind: 'missing' }

/** Reads of objects by `cat-file --batch-command`: one process, no checkout, no replacement refs. */
export interface Objects {
  /** Null when missing, not a commit, or not well-formed. That a commit is here says nothing of its tree: see `tree`. */
  commit(oid: Oid): Promise<CommitFact | null>
  /** The raw bytes of a commit object, as they were hashed; null when missing or not a commit. */
  commitBytes(oid: Oid): Promise<Uint8Array | null>
  /**
   * Entries of a tree (or of a commit's tree), not recursive, in git's order; null when missing or not well-formed.
   * Cached by oid. A name that is not UTF-8 has a lone surrogate for each such byte; as a path it can be given back.
   */
  tree(treeish: Oid): Promise<readonly TreeEntry[] | null>
  /** The entry at a path of a commit or tree; null when there is none. Throws MissingObject when a tree on the way is missing or not well-formed. */
  entry(treeish: Oid, path: string): Promise<TreeEntry | null>
  blob(oid: Oid, maxBytes: number): Promise<BlobRead>
}

/** One commit on the first-parent line, with what it changed below the asked paths relative to its first parent. */
export interface LineCommit {
  readonly oid: Oid
  readonly parents: readonly Oid[]
  readonly changes: readonly Change[]
}

export interface History {
  /** Commits reachable from `heads` and not from `from`, each with its parents: one process for any number of heads. Heads that are missing must be left out by the caller. */
  newCommits(heads: readonly Oid[], from: Oid): Promise<ReadonlyMap<Oid, readonly Oid[]>>
  mergeBases(a: Oid, b: Oid): Promise<readonly Oid[]>
  /** Is `ancestor` equal to `descendant`, or on the first-parent line behind it? (Laws 4, 5: foxtrots and rewrites.) */
  isOnFirstParentLine(ancestor: Oid, descendant: Oid): Promise<boolean>
  /**
   * Shows the first-parent line of `to`, newest first, until `see` says true; false where the line ended before. It also ends
   * early, or rejects with GitError, where a commit is not here: whoever has to know reads on from the last one that was shown.
   */
  walkLine(to: Oid, see: (commit: Oid) => boolean): Promise<boolean>
  /**
   * Commits on the first-parent line of `to` after `from`, oldest first, that changed something below `paths`
   * (files or folders) against their first parent. `from` null: since the beginning (the first commit counts as changing all that it has).
   * `from` has to be on that line: ask `isOnFirstParentLine` before.
   */
  line(from: Oid | null, to: Oid, paths: readonly string[]): Promise<readonly LineCommit[]>
  /** As `line`, but only commits that removed something below `paths`, and only what they removed. */
  deletions(from: Oid, to: Oid, paths: readonly string[]): Promise<readonly LineCommit[]>
  /** Changed files (recursive, no renames) from tree-ish to tree-ish below `paths` (all when empty), at most `max`, sorted by path. Throws MissingObject. */
  diff(from: Oid, to: Oid, paths: readonly string[], max: number): Promise<ChangeSet>
}

export type FileEdit =
  | { readonly path: string; readonly kind: 'write'; readonly bytes: Uint8Array }
  | { readonly path: string; readonly kind: 'place'; readonly mode: string; readonly oid: Oid }
  | { readonly path: string; readonly kind: 'delete' }

export interface CommitDraft {
  readonly parents: readonly Oid[]
  readonly message: string
  readonly edits: readonly FileEdit[]
  readonly author: { readonly name: string; readonly email: string }
  /** Epoch milliseconds. */
  readonly at: number
}

export interface Writer {
  /** Builds a commit on the first parent's tree without a checkout (fast-import); trees are edited in place. */
  commit(draft: CommitDraft): Promise<Oid>
  /** Builds a commit on a notes ref: replaces the note of each object, keeps all other notes. `parent` null: a first notes commit. */
  notesCommit(
    parent: Oid | null,
    notes: ReadonlyMap<Oid, string>,
    draft: Omit<CommitDraft, 'parents' | 'edits'>,
  ): Promise<Oid>
}

/** One ref to move: from exactly `expected` (null: must not exist) to `to` (null: delete). Always by compare-and-swap. */
export interface RefUpdate {
  readonly ref: string
  readonly expected: Oid | null
  readonly to: Oid | null
}

export type RefResult =
  | { readonly ref: string; readonly kind: 'done' }
  | { readonly ref: string; readonly kind: 'rejected'; readonly why: string }

export interface Remote {
  list(): Promise<RemoteRefs>
  /** Fetches the given remote refs (full names) so that their objects are here. One that fails does not fail the others (bisects). Returns the refs that failed, with why. */
  fetch(refs: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** As `fetch`, for refs (full names) that were seen at these commits: they are what comes, or the ref is among the failed. One that has moved since may be either. */
  fetchTips(tips: ReadonlyMap<string, Oid>): Promise<ReadonlyMap<string, string>>
  /** Not atomic over refs; each by compare-and-swap. Refuses (GitError) other refs than main, notes and requests, and a move that is no fast-forward. Rejects with GitError where nothing is known about what happened (the connection broke): then look. */
  push(updates: readonly RefUpdate[]): Promise<readonly RefResult[]>
}

export interface Repository {
  /** Path of the bare clone. */
  readonly path: string
  readonly objects: Objects
  readonly history: History
  readonly writer: Writer
  readonly remote: Remote
  /** The signature of a commit, checked by cryptography alone. Remembers what it checked: a commit never changes. Throws MissingObject. */
  signatureOf(commit: Oid): Promise<SignatureFact>
  close(): Promise<void>
}
