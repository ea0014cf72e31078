/** The same small world in a forge: chance replaces parts of what an honest pull request looks like. */
import * as fc from 'fast-check'
import type {
  Account,
  Learned,
  MergeDossier,
  PullDossier,
  PullFact,
  PullHistory,
  ReviewFact,
} from '../../../vault/forge/fact.js'
import type { ForgeSight } from '../../../vault/forge/sight.js'
import type { Snapshot } from '../../../vault/plan/snapshot.js'
import type { TrustSet } from '../../../vault/policy/trust-set.js'
import {
  AGENT,
  ALICE,
  AMY,
  BOB,
  BOT,
  commentBy,
  fault,
  GHOST,
  HEAD,
  MERGE,
  mergedPull,
  ok,
  openPull,
  ownComment,
  pushBy,
  REPO,
  reviewBy,
  SELF,
  SIGHT,
  STRANGER,
} from '../forge/pulls.js'
import { FORMULA, setOf } from '../policy/trust-files.js'
import { anySnapshot, NOW, OIDS } from './world.js'

const TIERS = '[tiers]\ntidy = "low"\ndev = "medium"\nrelease = "high"\nprompt = "low"\n'
const POLICIES = {
  plain: '',
  self: '[approval.medium]\nallow_self = true\n[approval.high]\nallow_self = true\n',
  never: '[approval]\nnever = [{ login = "amy", id = 13 }, { login = "bob", id = 21 }]\n',
  pinned: '[approval.medium]\nreviewed_by = "admin"\n[approval.high]\nadmins = [{ login = "alice", id = 12 }]\n',
  window: '[approval.medium]\nreview_window = "1h"\n',
} as const

function setWith(name: keyof typeof POLICIES): TrustSet {
  const formulas = ['tidy', 'dev', 'release', 'untiered'].map((each) => [`formulas/${each}.toml`, FORMULA(each)])
  const files = {
    'policy.toml': `version = 1\n[write]\nenabled = true\n${TIERS}${POLICIES[name]}`,
    'formulas/prompt.toml': FORMULA('prompt').replace('run = ', 'description = '),
    ...Object.fromEntries(formulas),
  }
  return setOf(files, 'forge')
}

export const FORGE_SETS = Object.fromEntries(
  Object.keys(POLICIES).map((name) => [name, setWith(name as 'plain')]),
) as Record<keyof typeof POLICIES, TrustSet>
export const ANY_FORGE_SET = fc.constantFrom(...Object.values(FORGE_SETS))

const anyAccount: fc.Arbitrary<Account | null> = fc.constantFrom(
  ALICE,
  AMY,
  BOB,
  AGENT,
  STRANGER,
  SELF,
  BOT,
  GHOST,
  null,
)
const somebody = fc.constantFrom(ALICE, AMY, BOB, AGENT, STRANGER)
const anyOid = fc.constantFrom(...OIDS)

const anyReview: fc.Arbitrary<ReviewFact> = fc
  .record({
    id: fc.integer({ min: 1, max: 9 }),
    state: fc.constantFrom(
      'approved',
      'approved',
      'changes_requested',
      'commented',
      'dismissed',
      'pending',
      'requested',
    ),
    dismissed: fc.integer({ min: 0, max: 5 }).map((value) => value === 5),
    commit: fc.oneof({ weight: 4, arbitrary: fc.constant(HEAD) }, { weight: 1, arbitrary: fc.option(anyOid) }),
    submittedAt: fc.integer({ min: NOW - 5_000, max: NOW }),
    author: anyAccount,
  })
  .map(({ author, ...more }) => reviewBy(author, more as Partial<ReviewFact>))

const anyHistory: fc.Arbitrary<Partial<PullHistory>> = fc.record(
  {
    pushes: fc.array(
      fc
        .tuple(
          fc.oneof({ weight: 5, arbitrary: fc.constant<Account | null>(AGENT) }, { weight: 1, arbitrary: anyAccount }),
          fc.boolean(),
          anyOid,
        )
        .map(([by, isForced, oid]) => pushBy(by, { isForced, commits: [oid] })),
      { minLength: 1, maxLength: 3 },
    ),
    wasRetargeted: fc.integer({ min: 0, max: 9 }).map((value) => value === 9),
    scheduledBy: fc.array(somebody, { maxLength: 1 }),
    closedBy: fc.array(somebody, { maxLength: 1 }),
    reopenedBy: fc.array(somebody, { maxLength: 1 }),
  },
  { requiredKeys: [] },
)

const seldomFault = <T>(value: fc.Arbitrary<Learned<T>>): fc.Arbitrary<Learned<T> | null> =>
  fc.oneof(
    { weight: 18, arbitrary: value },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant(fault()) },
  )

const anyFacts: fc.Arbitrary<Partial<PullFact>> = fc
  .tuple(
    fc.record(
      {
        merged: fc.boolean(),
        mergeCommit: fc.option(anyOid),
        baseBranch: fc.constantFrom('main', 'dev'),
        baseRepoId: fc.constantFrom(REPO, REPO + 1),
        headRepoId: fc.constantFrom(REPO, REPO + 1, null),
        author: anyAccount,
        draft: fc.boolean(),
        state: fc.constantFrom('open' as const, 'closed' as const),
      },
      { requiredKeys: [] },
    ),
    fc.subarray(['merged', 'mergeCommit', 'baseBranch', 'baseRepoId', 'headRepoId', 'author', 'draft', 'state'], {
      maxLength: 2,
    }),
  )
  .map(([facts, kept]) => Object.fromEntries(Object.entries(facts).filter(([name]) => kept.includes(name))))

/** One that was merged, most often as it should. */
export const anyDossier: fc.Arbitrary<MergeDossier> = fc
  .tuple(
    anyFacts,
    anyHistory,
    seldomFault(fc.array(anyReview, { maxLength: 3 }).map((list) => ok(list as readonly ReviewFact[]))),
    anyAccount,
  )
  .map(([pull, history, reviews, mergedBy]) =>
    mergedPull({ pull: { mergedBy, ...pull, mergeCommit: pull.mergeCommit ?? MERGE }, history, reviews }),
  )

const anyComments = fc.subarray(
  [ownComment(), commentBy(BOB, '/veto'), commentBy(STRANGER, '/veto'), commentBy(AGENT, 'hello')],
  { maxLength: 3 },
)

/** Open ones with the head of their request. */
const anyOpen: fc.Arbitrary<PullDossier> = fc
  .tuple(
    anyFacts,
    fc.oneof(anyHistory, fc.constant({})),
    seldomFault(fc.array(anyReview, { maxLength: 3 }).map((list) => ok(list as readonly ReviewFact[]))),
    anyComments,
    fc.integer({ min: 3, max: 5 }),
  )
  .map(([pull, history, reviews, comments, number]) =>
    openPull({ pull: { ...pull, number, mergeCommit: null }, history, reviews, comments: ok(comments) }),
  )

const anySight: fc.Arbitrary<ForgeSight> = fc
  .record({
    fault: fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constant({ reason: 'forge_unreachable' as const, detail: 'down' }) },
    ),
    windows: fc.array(
      fc.record({
        pull: fc.integer({ min: 3, max: 5 }),
        head: fc.constant(HEAD),
        commentReadBackAt: fc.constantFrom(null, NOW - 7_200_000),
        aliveMs: fc.constantFrom(0, 3_000_000, 3_590_000),
        lastSeenAt: fc.constantFrom(NOW - 20_000, NOW - 7_200_000, NOW + 1_000),
        lastUpdatedAt: fc.constantFrom(NOW - 60_000, NOW - 90_000),
        vetoed: fc.constantFrom(null, null, null, { by: 'bob (id 21)', how: 'a /veto comment' }),
      }),
      { maxLength: 2 },
    ),
  })
  .map((parts) => ({ ...SIGHT, ...parts }))

/** The world of plain git with a forge over it. */
export const anyForgeSnapshot: fc.Arbitrary<Snapshot> = fc
  .tuple(
    anySnapshot,
    ANY_FORGE_SET,
    anySight,
    fc.array(fc.tuple(fc.boolean(), fc.uniqueArray(anyOpen, { selector: ({ pull }) => pull.number, maxLength: 2 })), {
      minLength: 4,
      maxLength: 4,
    }),
    fc.array(
      seldomFault(
        fc.oneof(
          { weight: 9, arbitrary: anyDossier.map((dossier) => ok(dossier)) },
          { weight: 1, arbitrary: fc.constant(ok(null)) },
        ),
      ),
      { minLength: 3, maxLength: 3 },
    ),
  )
  .map(([snapshot, set, forge, requests, waiting]) => ({
    ...snapshot,
    forge,
    trust: { ...snapshot.trust, adminsFrom: 'forge' as const, inForce: { ...snapshot.trust.inForce, set } },
    requests: snapshot.requests.map((request, index) => {
      const [isBranch, pulls] = requests[index]!
      return { ...request, head: HEAD, isBranch, pulls: pulls as readonly PullDossier[] }
    }),
    waiting: snapshot.waiting.map((fact, index) => ({
      ...fact,
      pull: waiting[index]! as Learned<MergeDossier | null>,
    })),
  }))
