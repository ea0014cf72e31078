/** What a forge keeps: accounts, repositories, pull requests. Values only; what happens to them is in the files beside. */
import type { ForgeKind } from '../../../../vault/forge/fact.js'

/** What somebody may do in a repository, by rank. `owner` is Forgejo's; `triage` and `maintain` are GitHub's. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin', 'owner'] as const
export type Role = (typeof ROLES)[number]

export interface Token {
  readonly id: number
  readonly name: string
  readonly value: string
  readonly scopes: readonly string[]
}

export interface User {
  readonly id: number
  login: string
  email: string
  readonly type: 'User' | 'Bot'
  readonly isSiteAdmin: boolean
  readonly password: string
  readonly createdAt: number
  tokens: Token[]
}

export interface Comment {
  readonly id: number
  readonly by: number
  body: string
  readonly createdAt: number
  updatedAt: number
}

export interface Review {
  readonly id: number
  readonly by: number
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'pending' | 'requested'
  readonly body: string
  readonly commit: string
  readonly submittedAt: number
  stale: boolean
  official: boolean
  dismissed: boolean
}

export type PullEventKind =
  | {
      readonly kind: 'push'
      readonly before: string
      readonly after: string
      readonly forced: boolean
      readonly commits: readonly string[]
    }
  | { readonly kind: 'comment'; readonly comment: Comment }
  | { readonly kind: 'review' | 'review_request'; readonly review: Review }
  | { readonly kind: 'dismiss_review'; readonly review: Review; readonly message: string }
  | { readonly kind: 'close' | 'reopen' | 'unschedule' }
  /** A comment on a line: takes a place in Forgejo's timeline, and is not shown there. */
  | { readonly kind: 'code' }
  | { readonly kind: 'merge'; readonly commit: string }
  | { readonly kind: 'retarget'; readonly from: string; readonly to: string }
  | { readonly kind: 'schedule'; readonly style: MergeStyle }
  | { readonly kind: 'delete_branch'; readonly branch: string }
  | { readonly kind: 'label'; readonly label: Label; readonly added: boolean }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }

export type PullEvent = PullEventKind & { readonly id: number; readonly at: number; readonly by: number }

/** `manually-merged` and `fast-forward-only` are Forgejo's. */
export type MergeStyle = 'merge' | 'squash' | 'rebase' | 'rebase-merge' | 'fast-forward-only' | 'manually-merged'

export interface Pull {
  readonly id: number
  readonly number: number
  readonly repo: Repository
  readonly author: number
  title: string
  body: string
  /** Null: that repository was deleted. */
  headRepo: Repository | null
  readonly headBranch: string
  readonly headOwner: string
  /** As of the last push while it was open: what `refs/pull/N/head` holds. */
  head: string
  baseBranch: string
  state: 'open' | 'closed'
  draft: boolean
  merged: { readonly at: number; readonly commit: string; readonly by: number } | null
  schedule: { readonly by: number; readonly style: MergeStyle; readonly message: string | null } | null
  /** GitHub's, of which base and head; its commit is null where they conflict. */
  testMerge: { readonly of: string; readonly commit: string | null } | null
  readonly createdAt: number
  updatedAt: number
  closedAt: number | null
  labels: Label[]
  reviews: Review[]
  readonly comments: Comment[]
  readonly events: PullEvent[]
}

export interface Label {
  readonly id: number
  name: string
  color: string
  description: string
}

export interface Status {
  readonly id: number
  readonly sha: string
  readonly context: string
  readonly state: string
  readonly description: string
  readonly targetUrl: string | null
  readonly by: number
  readonly at: number
}

/** A branch that somebody moved, or a merge that moved it. */
export interface Activity {
  readonly id: number
  readonly at: number
  readonly by: number
  readonly ref: string
  readonly before: string | null
  readonly after: string | null
  readonly kind: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge'
  readonly commits: readonly string[]
}

/** A ref that moved; null: there was none, or there is none any more. */
export interface RefMove {
  readonly ref: string
  readonly before: string | null
  readonly after: string | null
}

export interface Hook {
  readonly id: number
  url: string
  secret: string
  events: readonly string[]
  active: boolean
}

/** A rule of branch protection, as its dialect spells it. */
export type Rule = Record<string, unknown>

export interface Repository {
  readonly id: number
  readonly owner: User
  name: string
  readonly path: string
  readonly parent: Repository | null
  isPrivate: boolean
  defaultBranch: string
  readonly createdAt: number
  /** By the dialect's own names: `allow_squash_merge`, `autodetect_manual_merge`, … */
  readonly settings: Record<string, unknown>
  readonly collaborators: Map<number, Role>
  readonly labels: Label[]
  /** Forgejo's branch protections, by rule name. */
  readonly protections: Map<string, Rule>
  /** GitHub's rulesets, by id. */
  readonly rulesets: Map<number, Rule>
  readonly hooks: Hook[]
  readonly pulls: Map<number, Pull>
  readonly statuses: Status[]
  readonly activities: Activity[]
  /** Full ref name to commit, as of the last change. */
  refs: ReadonlyMap<string, string>
  lastNumber: number
  /** One change of refs at a time. */
  queue: Promise<unknown>
}

export class Site {
  readonly users = new Map<number, User>()
  readonly repositories = new Map<number, Repository>()
  /** What people open in a browser; known once it listens. */
  url = ''
  /**
   * Forgejo works pushes off later, and loses those that a merge overtakes: while this is on, a push moves the branch, and neither
   * `refs/pull/N/head` nor the timeline tells of it.
   */
  losesPushes = false
  #lastId: number

  constructor(
    readonly kind: ForgeKind,
    /** Where the repositories are. */
    readonly folder: string,
    /** Epoch milliseconds. */
    readonly now: () => number,
  ) {
    this.#lastId = kind === 'github' ? 5_000_000 : 0
  }

  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  userByLogin(login: string): User | undefined {
    return [...this.users.values()].find((user) => user.login.toLowerCase() === login.toLowerCase())
  }

  repositoryByName(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase()
    return [...this.repositories.values()].find((repo) => fullName(repo).toLowerCase() === wanted)
  }
}

export const fullName = (repo: Repository): string => `${repo.owner.login}/${repo.name}`
