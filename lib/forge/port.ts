/**
 * The forge, as a port of facts. One adapter for each kind; nothing else speaks HTTP to a forge.
 * Every fact may be late, never early. What cannot be learnt rejects with ForgeError; nothing is ever assumed.
 * There is no call that merges, force-pushes or deletes a branch (law 9): there is nothing to misuse.
 */
import type {
  Account,
  ForgeFault,
  ForgeKind,
  Permission,
  PullComment,
  PullFact,
  PullHistory,
  ReviewFact,
} from '../../vault/forge/fact.js'
import type { Oid } from '../../vault/oid.js'

export class ForgeError extends Error {
  constructor(
    readonly fault: ForgeFault,
    /** Epoch milliseconds before which asking again is of no use; null: unknown. */
    readonly retryAt: number | null = null,
    /** HTTP status, where there was an answer. */
    readonly status: number | null = null,
  ) {
    super(`${fault.reason}: ${fault.detail}`)
  }
}

export interface RepositoryFact {
  readonly id: number
  /** `owner/name` as the forge spells it now. */
  readonly fullName: string
  readonly url: string
  /** What `git clone` takes, by HTTP, without credentials. */
  readonly cloneUrl: string
  readonly defaultBranch: string
}

export interface OpenPulls {
  readonly pulls: readonly PullFact[]
  /** There are more open ones than are read (law 11). */
  readonly truncated: boolean
}

export interface ForgeReader {
  readonly kind: ForgeKind
  /** Whose token it is. */
  self(): Promise<Account>
  repository(): Promise<RepositoryFact>
  /**
   * All open pull requests, against whatever branch. One request where nothing changed since the last call, whatever the
   * number of closed ones: answers are kept, and only what was updated since is read. A full reading now and then heals
   * what a listing missed.
   */
  openPulls(): Promise<OpenPulls>
  /** Read singly: the only form that says who merged. Rejects `forge_missing` where there is none. */
  pull(number: number): Promise<PullFact>
  /** Numbers of the pull requests whose merge commit this is, as far as the forge knows; most often one or none. */
  pullsOfMerge(commit: Oid): Promise<readonly number[]>
  history(pull: PullFact): Promise<PullHistory>
  /** Whole, or it rejects: a page that is missing could hold a veto. */
  reviews(number: number): Promise<readonly ReviewFact[]>
  /** Whole, or it rejects. */
  comments(number: number): Promise<readonly PullComment[]>
  /** By login, and only if the answer is about the same id; never kept. */
  permission(account: Account): Promise<Permission>
}

export type StatusState = 'pending' | 'success' | 'failure'

export interface NewPull {
  readonly headBranch: string
  readonly baseBranch: string
  readonly title: string
  readonly body: string
}

export interface ForgeWriter {
  /** @returns its id */
  createComment(pull: number, body: string): Promise<number>
  /** Rejects `forge_missing` where it was deleted. */
  editComment(id: number, body: string): Promise<void>
  /** Puts the label on, and makes it in the repository where it is missing. */
  addLabel(
    pull: number,
    label: { readonly name: string; readonly color: string; readonly description: string },
  ): Promise<void>
  removeLabel(pull: number, name: string): Promise<void>
  /** `context` is always `countersign`. Never `success` while something waits: it could set off an auto-merge. */
  setStatus(commit: Oid, state: StatusState, description: string, url: string | null): Promise<void>
  closePull(number: number): Promise<void>
}

/** For the one who asks: with the agent's own token. */
export interface ForgeRequester {
  /** The open pull request of this branch of the ops repo, or a new one. */
  openPull(pull: NewPull): Promise<PullFact>
}
