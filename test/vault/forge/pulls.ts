/** A small forge of values: a few accounts, and what an honest pull request looks like, of which a test replaces parts. */
import type {
  Account,
  Learned,
  MergeDossier,
  Permission,
  PullComment,
  PullDossier,
  PullFact,
  PullHistory,
  PushFact,
  ReviewFact,
} from '../../../vault/forge/fact.js'
import type { ForgeSight } from '../../../vault/forge/sight.js'
import type { Oid } from '../../../vault/oid.js'
import { headMarker, STICKY_MARKER } from '../../../vault/prose/sticky-marker.js'
import { NOW, OIDS } from '../plan/world.js'

export const person = (id: number, login: string): Account => ({ id, login, kind: 'person' })
export const ALICE = person(12, 'alice')
export const AMY = person(13, 'amy')
export const BOB = person(21, 'bob')
export const AGENT = person(41, 'agent')
export const STRANGER = person(77, 'stranger')
export const SELF = person(99, 'countersign')
export const GHOST: Account = { id: -1, login: 'Ghost', kind: 'ghost' }
export const BOT: Account = { id: 55, login: 'ci[bot]', kind: 'bot' }
const PERMISSIONS: readonly (readonly [Account, Permission])[] = [
  [ALICE, 'admin'],
  [AMY, 'admin'],
  [BOB, 'write'],
  [AGENT, 'write'],
  [STRANGER, 'read'],
  [SELF, 'admin'],
  [BOT, 'admin'],
]

export const ok = <T>(value: T): Learned<T> => ({ ok: true, value })
export const fault = (reason: 'forge_unreachable' | 'forge_forbidden' = 'forge_unreachable'): Learned<never> => ({
  ok: false,
  fault: { reason, detail: 'no answer' },
})
export const everybody = new Map(PERMISSIONS.map(([{ id }, permission]) => [id, ok(permission)]))

export const REPO = 7
/** As `honestMerge` has them. */
export const MERGE = OIDS[0]!
export const HEAD = OIDS[2]!

export const pushBy = (by: Account | null, more: Partial<PushFact> = {}): PushFact => ({
  by,
  isForced: false,
  before: null,
  after: HEAD,
  commits: [HEAD],
  ...more,
})

const QUIET: PullHistory = {
  pushes: [pushBy(AGENT)],
  wasRetargeted: false,
  scheduledBy: [],
  closedBy: [],
  reopenedBy: [],
}

const PULL: PullFact = {
  number: 3,
  url: 'https://forge.example/ops/pulls/3',
  state: 'open',
  merged: false,
  mergeCommit: null,
  head: HEAD,
  headBranch: 'vault/a',
  headRepoId: REPO,
  baseBranch: 'main',
  baseRepoId: REPO,
  author: AGENT,
  draft: false,
  updatedAt: NOW - 60_000,
  createdAt: NOW - 120_000,
  labels: [],
  mergedBy: null,
}
const MERGED: Partial<PullFact> = { state: 'closed', merged: true, mergeCommit: MERGE, mergedBy: ALICE }

interface Parts {
  readonly pull?: Partial<PullFact>
  readonly history?: Partial<PullHistory> | Learned<never> | null
  readonly reviews?: PullDossier['reviews']
  readonly comments?: PullDossier['comments']
  readonly permissions?: PullDossier['permissions']
}

/** The agent's, open. */
export function openPull({ pull, history = {}, reviews, comments, permissions }: Parts = {}): PullDossier {
  const isFault = history === null || 'ok' in history
  return {
    pull: { ...PULL, ...pull },
    history: isFault ? history : ok({ ...QUIET, ...history }),
    reviews: reviews === undefined ? ok([]) : reviews,
    comments: comments === undefined ? ok([]) : comments,
    permissions: permissions ?? everybody,
  }
}

/** The agent's, merged by alice as `MERGE`. */
export const mergedPull = (parts: Parts = {}): MergeDossier => ({
  ...openPull({ ...parts, pull: { ...MERGED, ...parts.pull } }),
  ...{ isRecent: false, others: [] },
})

export const reviewBy = (author: Account | null, more: Partial<ReviewFact> = {}): ReviewFact => ({
  id: 1,
  author,
  state: 'approved',
  dismissed: false,
  commit: HEAD,
  submittedAt: NOW - 30_000,
  ...more,
})

export const commentBy = (author: Account | null, body: string, more: Partial<PullComment> = {}): PullComment => ({
  id: 1,
  author,
  body,
  createdAt: NOW - 60_000,
  updatedAt: NOW - 60_000,
  ...more,
})
export const ownComment = (head: Oid = HEAD): PullComment => commentBy(SELF, `${STICKY_MARKER}\n${headMarker(head)}\n`)

export const SIGHT: ForgeSight = {
  kind: 'forgejo',
  repositoryId: REPO,
  baseBranch: 'main',
  self: SELF,
  fault: null,
  kin: new Map(),
  windows: [],
  shown: new Map(),
  owed: new Map(),
}
