/**
 * What a forge reported, as values. Nothing here is interpreted yet; who may do what is for the policy to say.
 * Safe direction of every fact: it may be late, never early. A fact that is missing is a fault, never a default.
 */
import type { Oid } from '../oid.js'

export const FORGE_KINDS = ['forgejo', 'github'] as const
export type ForgeKind = (typeof FORGE_KINDS)[number]

/**
 * An account by its numeric id, which is its identity; the login is for people to read (logins are reassigned).
 * `ghost`: deleted; `bot`: not a person (GitHub type other than User, Forgejo id below 1). Neither is ever a second key.
 */
export interface Account {
  readonly id: number
  readonly login: string
  readonly kind: 'person' | 'bot' | 'ghost'
}

/** `owner` of Forgejo counts as admin; `maintain` and `triage` of GitHub as write and read. */
export type Permission = 'none' | 'read' | 'write' | 'admin'

/** Why the forge could not answer. Each makes what hangs on it `unverifiable`, to be asked again (law 2). */
export const FORGE_FAULTS = [
  'forge_unreachable',
  'forge_rate_limited',
  'forge_unauthorized',
  'forge_forbidden',
  'forge_malformed',
  'forge_missing',
] as const
export type ForgeFaultReason = (typeof FORGE_FAULTS)[number]

export interface ForgeFault {
  readonly reason: ForgeFaultReason
  /** For people; holds no token, and no body of an answer. */
  readonly detail: string
}

export type Learned<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: ForgeFault }

export interface PullFact {
  readonly number: number
  /** Page for people. */
  readonly url: string
  readonly state: 'open' | 'closed'
  /** True only where the forge says `merged`, from a listing as from the single object. */
  readonly merged: boolean
  /** Null unless merged: before that, GitHub shows a test merge there. */
  readonly mergeCommit: Oid | null
  /** The live tip of the head branch, even after the merge: never what was approved. */
  readonly head: Oid
  /** Name of the head branch, without `refs/heads/`, also where it is deleted. Null: its repo is gone, or it never was a branch. */
  readonly headBranch: string | null
  /** Null: the head repo is deleted. */
  readonly headRepoId: number | null
  readonly baseBranch: string
  readonly baseRepoId: number
  /** Null: the forge does not say. */
  readonly author: Account | null
  readonly draft: boolean
  /** Epoch milliseconds; of 1 s resolution. */
  readonly updatedAt: number
  readonly createdAt: number
  readonly labels: readonly string[]
  /** Null in a listing, even of a merged one: only the single object says (forge-facts). */
  readonly mergedBy: Account | null
}

/** Somebody moved the head branch. */
export interface PushFact {
  /** Null: the forge does not name who: then the requesters are not known (law 6). */
  readonly by: Account | null
  readonly isForced: boolean
  /** The tip before and after; null where the forge does not say. */
  readonly before: Oid | null
  readonly after: Oid | null
  /** What it brought that the base branch lacked; null where the forge does not say. */
  readonly commits: readonly Oid[] | null
}

/** What happened to a pull request, and who brought its commits. Whole, or it is a fault: what is missing could be a veto. */
export interface PullHistory {
  /** Every push to its head branch that the forge tells of, before and after it was opened. */
  readonly pushes: readonly PushFact[]
  /** It has had another base branch: its reviews may be of another change. */
  readonly wasRetargeted: boolean
  /** Who scheduled a merge (auto-merge), whether or not it was cancelled later. */
  readonly scheduledBy: readonly Account[]
  /** Who closed it, ever: a reopened one was closed, and a veto is for good. */
  readonly closedBy: readonly Account[]
  /** Who opened again what another one had closed, or said of another's draft that it is ready, where the forge tells. */
  readonly reopenedBy: readonly Account[]
}

export interface ReviewFact {
  readonly id: number
  readonly author: Account | null
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed' | 'pending' | 'requested'
  /** A dismissed approval is none; a dismissed veto stays a veto. */
  readonly dismissed: boolean
  /** Null: unknown; then it is bound to nothing. */
  readonly commit: Oid | null
  /** Epoch milliseconds. */
  readonly submittedAt: number
}

export interface PullComment {
  readonly id: number
  readonly author: Account | null
  readonly body: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** What is known of one open pull request. Null: not asked, because nothing hangs on it. */
export interface PullDossier {
  readonly pull: PullFact
  readonly history: Learned<PullHistory> | null
  readonly reviews: Learned<readonly ReviewFact[]> | null
  readonly comments: Learned<readonly PullComment[]> | null
  /** By account id, read for this decision. */
  readonly permissions: ReadonlyMap<number, Learned<Permission>>
}

/** The pull request behind a merge, as it was found for this decision. */
export interface MergeDossier extends PullDossier {
  /** It was merged so lately that the forge may not show yet what had been said on it. */
  readonly isRecent: boolean
  /**
   * All others that the forge gives for the same merge. GitHub takes one push of main for the merge of each open pull request
   * with that head, and nobody can tell on whose page the button was pressed.
   */
  readonly others: readonly PullDossier[]
}
