import { describe, expect, it } from 'vitest'
import type { Account, PullDossier } from '../../../vault/forge/fact.js'
import { judgeRequest } from '../../../vault/verdict/judge-request.js'
import {
  AGENT,
  ALICE,
  AMY,
  BOB,
  BOT,
  everybody,
  fault,
  GHOST,
  HEAD,
  mergedPull,
  ok,
  openPull,
  pushBy,
  REPO,
  reviewBy,
  SELF,
  STRANGER,
} from '../forge/pulls.js'
import { FORGE_SETS } from '../plan/forge-world.js'
import { OIDS } from '../plan/world.js'
import { forgeSnapshot, requestOf, saidOf, saidOnMain, waitingOf } from './forge-request.js'

const FORK = { headRepoId: REPO + 1 }
/** The accounts by which workflows act. */
const WORKFLOWS: readonly Account[] = [
  { id: 41_898_282, login: 'github-actions[bot]', kind: 'bot' },
  { id: -2, login: 'forgejo-actions', kind: 'bot' },
]
const strangers = (more: Parameters<typeof openPull>[0] = {}) =>
  openPull({ ...more, pull: { author: STRANGER, ...FORK, ...more.pull }, history: { pushes: [pushBy(STRANGER)] } })

describe('a request in a forge', () => {
  it.each<[string, ReturnType<typeof requestOf>, string | null]>([
    ['low, a bare branch', requestOf('tidy', []), 'low fire auto_approved'],
    ['low, a pull request', requestOf('tidy', [openPull()]), 'low fire auto_approved'],
    ['medium, a bare branch', requestOf('dev', []), 'medium wait open_pull_request'],
    ['high, a bare branch', requestOf('release', []), 'high wait open_pull_request'],
    ['medium', requestOf('dev', [openPull()]), 'medium wait pending_async_review'],
    ['high', requestOf('release', [openPull()]), 'high wait awaiting_admin_merge'],
    [
      'high, whatever the reviews say',
      requestOf('release', [openPull({ reviews: ok([reviewBy(ALICE)]) })]),
      'high wait awaiting_admin_merge',
    ],
    [
      '2: a declaration raises',
      requestOf('tidy', [openPull()], { more: 'blast_radius = "high"' }),
      'high wait awaiting_admin_merge',
    ],
    [
      '2: and never lowers',
      requestOf('release', [openPull()], { more: 'blast_radius = "low"' }),
      'high wait awaiting_admin_merge',
    ],
    ['a draft, low', requestOf('tidy', [openPull({ pull: { draft: true } })]), 'low wait pull_is_draft'],
    [
      'a draft, medium',
      requestOf('dev', [openPull({ pull: { draft: true }, reviews: ok([reviewBy(BOB)]) })]),
      'medium wait pull_is_draft',
    ],
    [
      'a draft beside one that is ready',
      requestOf('dev', [
        openPull({ pull: { draft: true } }),
        openPull({ pull: { number: 4 }, reviews: ok([reviewBy(BOB)]) }),
      ]),
      'medium fire reviewed_by_writer',
    ],
    [
      'a draft in which a writer asks for changes, beside one that is approved',
      requestOf('dev', [
        openPull({ pull: { draft: true }, reviews: ok([reviewBy(AMY, { state: 'changes_requested' })]) }),
        openPull({ pull: { number: 4 }, reviews: ok([reviewBy(BOB)]) }),
      ]),
      'medium wait changes_requested',
    ],
    [
      'a draft that is approved, beside one that is not',
      requestOf('dev', [
        openPull({ pull: { draft: true }, reviews: ok([reviewBy(BOB)]) }),
        openPull({ pull: { number: 4 } }),
      ]),
      'medium wait pending_async_review',
    ],
    [
      'against another branch',
      requestOf('dev', [openPull({ pull: { baseBranch: 'dev' } })]),
      'medium wait open_pull_request',
    ],
    [
      'against another repository, from a fork',
      requestOf('dev', [openPull({ pull: { baseRepoId: 1 } })], { isBranch: false }),
      null,
    ],
    ['closed, from a fork', requestOf('tidy', [strangers({ pull: { state: 'closed' } })], { isBranch: false }), null],
    [
      'at another head: the listing is late',
      requestOf('dev', [openPull({ pull: { head: OIDS[0]! } })]),
      'medium wait open_pull_request',
    ],

    [
      "45: a stranger's low, from a fork",
      requestOf('tidy', [strangers()], { isBranch: false }),
      'high wait awaiting_admin_merge',
    ],
    [
      "a stranger's, of a branch of ours",
      requestOf('tidy', [openPull({ pull: { author: STRANGER } })]),
      'high wait awaiting_admin_merge',
    ],
    [
      "a writer's fork into which a stranger pushed",
      requestOf('tidy', [openPull({ pull: FORK, history: { pushes: [pushBy(STRANGER)] } })], { isBranch: false }),
      'high wait awaiting_admin_merge',
    ],
    ["a writer's fork", requestOf('tidy', [openPull({ pull: FORK })], { isBranch: false }), 'low fire auto_approved'],
    [
      'a deleted fork',
      requestOf('tidy', [openPull({ pull: { headRepoId: null } })], { isBranch: false }),
      'low fire auto_approved',
    ],
    [
      'an author whom nobody names',
      requestOf('tidy', [openPull({ pull: { author: null } })]),
      'high refuse requester_unknown',
    ],
    [
      'an author who is deleted',
      requestOf('dev', [openPull({ pull: { author: GHOST } })]),
      'high refuse requester_unknown',
    ],
    ...[GHOST, null].map((author): [string, ReturnType<typeof requestOf>, string] => [
      'a copy in a fork by somebody who is deleted: it takes nothing from the one of ours',
      requestOf('release', [openPull(), strangers({ pull: { number: 4, author } })]),
      'high wait awaiting_admin_merge',
    ]),
    [
      'a copy in a fork by somebody who is deleted, of one by somebody who is, too',
      requestOf('release', [openPull({ pull: { author: GHOST } }), strangers({ pull: { number: 4, author: GHOST } })]),
      'high refuse requester_unknown',
    ],
    [
      'a fork of somebody who is deleted, alone',
      requestOf('release', [strangers({ pull: { author: GHOST } })], { isBranch: false }),
      'high refuse requester_unknown',
    ],
    [
      'an app of ours',
      requestOf('tidy', [openPull({ pull: { author: BOT }, permissions: new Map() })]),
      'low fire auto_approved',
    ],
    [
      "an app's fork",
      requestOf('tidy', [openPull({ pull: { author: BOT, ...FORK }, permissions: new Map() })], { isBranch: false }),
      'high wait awaiting_admin_merge',
    ],
    [
      'a permission that is not known',
      requestOf('tidy', [openPull({ permissions: new Map([[AGENT.id, fault()]]) })]),
      'high unverifiable forge_unreachable',
    ],
    [
      'a permission that was not asked',
      requestOf('dev', [openPull({ permissions: new Map() })]),
      'high unverifiable forge_not_asked',
    ],
    [
      'what is high anyway needs none',
      requestOf('release', [openPull({ permissions: new Map() })]),
      'high wait awaiting_admin_merge',
    ],
    [
      "a fork's pushers that are not known",
      requestOf('tidy', [openPull({ pull: FORK, history: fault() })], { isBranch: false }),
      'high unverifiable forge_unreachable',
    ],
    [
      'labels and titles say nothing',
      requestOf('release', [openPull({ pull: { labels: ['tier: low', 'approved'] } })]),
      'high wait awaiting_admin_merge',
    ],
  ])('%s', (_, request, expected) => {
    expect(saidOf(request)).toBe(expected)
  })

  it('8: of a forge that is down nothing that comes from a branch is decided', () => {
    const sight = { fault: { reason: 'forge_unreachable' as const, detail: 'x' } }
    for (const formula of ['tidy', 'dev', 'release', 'unknown'])
      expect(saidOf(requestOf(formula, []), { sight })).toBe('high unverifiable forge_unreachable')
  })

  it('nothing is judged by a set of which nobody knows whether it is in force', () => {
    const base = forgeSnapshot()
    const unverified = { commit: OIDS[0]!, fault: { reason: 'forge_rate_limited' as const, detail: 'x' } }
    const more = { trust: { ...base.trust, unverified } }
    expect(saidOf(requestOf('tidy', []), { more })).toBe('high unverifiable forge_rate_limited')
    expect(saidOnMain(waitingOf('tidy', ok(null)), { more })).toBe('high unverifiable forge_rate_limited')
  })
})

const reviewed = (...reviews: readonly ReturnType<typeof reviewBy>[]) => [openPull({ reviews: ok(reviews) })]

describe('medium by a review', () => {
  it.each<[string, readonly PullDossier[], string]>([
    ['a writer', reviewed(reviewBy(BOB)), 'fire reviewed_by_writer'],
    ['an admin', reviewed(reviewBy(ALICE)), 'fire reviewed_by_writer'],
    ['4: of another head', reviewed(reviewBy(BOB, { commit: OIDS[1]! })), 'wait pending_async_review'],
    ['4: of no known commit', reviewed(reviewBy(BOB, { commit: null })), 'wait pending_async_review'],
    ['4: dismissed', reviewed(reviewBy(BOB, { dismissed: true })), 'wait pending_async_review'],
    [
      'of a pull request that has had another base: what was looked at may have been another change',
      [openPull({ reviews: ok([reviewBy(BOB)]), history: { wasRetargeted: true } })],
      'refuse retargeted',
    ],
    [
      'of another pull request, that always was against main',
      [
        openPull({ reviews: ok([reviewBy(BOB)]), history: { wasRetargeted: true } }),
        openPull({ pull: { number: 4 }, reviews: ok([reviewBy(AMY, { id: 2 })]) }),
      ],
      'fire reviewed_by_writer',
    ],
    [
      'a base that was changed, which nobody approved yet',
      [openPull({ history: { wasRetargeted: true } })],
      'wait pending_async_review',
    ],
    ['4: dismissed, as GitHub says it', reviewed(reviewBy(BOB, { state: 'dismissed' })), 'wait pending_async_review'],
    ['a comment', reviewed(reviewBy(BOB, { state: 'commented' })), 'wait pending_async_review'],
    ['one that was not sent', reviewed(reviewBy(BOB, { state: 'pending' })), 'wait pending_async_review'],
    ['a reader', reviewed(reviewBy(STRANGER)), 'wait pending_async_review'],
    ['the requester', reviewed(reviewBy(AGENT)), 'wait pending_async_review'],
    ['36: a bot', reviewed(reviewBy(BOT)), 'wait pending_async_review'],
    ...WORKFLOWS.map((by): [string, readonly PullDossier[], string] => [
      `36: what ${by.login} asked for: anybody could have had it do so`,
      [openPull({ pull: { author: by }, history: { pushes: [pushBy(by)] }, reviews: ok([reviewBy(AGENT)]) })],
      'refuse requester_unknown',
    ]),
    ...WORKFLOWS.map((by): [string, readonly PullDossier[], string] => [
      `36: what ${by.login} pushed`,
      [openPull({ history: { pushes: [pushBy(AGENT), pushBy(by)] }, reviews: ok([reviewBy(BOB)]) })],
      'refuse requester_unknown',
    ]),
    ['36: the dispatcher', reviewed(reviewBy(SELF)), 'wait pending_async_review'],
    ['a deleted account', reviewed(reviewBy(GHOST)), 'wait pending_async_review'],
    ['nobody', reviewed(reviewBy(null)), 'wait pending_async_review'],
    [
      'a pusher',
      [openPull({ reviews: ok([reviewBy(BOB)]), history: { pushes: [pushBy(AGENT), pushBy(BOB)] } })],
      'wait pending_async_review',
    ],
    [
      'a pusher, and another one',
      [openPull({ reviews: ok([reviewBy(BOB), reviewBy(AMY, { id: 2 })]), history: { pushes: [pushBy(BOB)] } })],
      'fire reviewed_by_writer',
    ],
    [
      'the author of another pull request of that head',
      [openPull({ reviews: ok([reviewBy(BOB)]) }), openPull({ pull: { number: 4, author: BOB } })],
      'wait pending_async_review',
    ],
    [
      'pushers whom nobody names',
      [openPull({ reviews: ok([reviewBy(BOB)]), history: { pushes: [pushBy(null)] } })],
      'refuse requester_unknown',
    ],
    [
      'pushers that were not asked',
      [openPull({ reviews: ok([reviewBy(BOB)]), history: null })],
      'unverifiable forge_not_asked',
    ],
    [
      'changes requested by a writer',
      reviewed(reviewBy(ALICE), reviewBy(BOB, { id: 2, state: 'changes_requested' })),
      'wait changes_requested',
    ],
    [
      'changes requested, of an older head',
      reviewed(reviewBy(ALICE), reviewBy(BOB, { id: 2, state: 'changes_requested', commit: OIDS[1]! })),
      'wait changes_requested',
    ],
    [
      'changes requested by a reader',
      reviewed(reviewBy(ALICE), reviewBy(STRANGER, { id: 2, state: 'changes_requested' })),
      'fire reviewed_by_writer',
    ],
    [
      'changes requested by who is gone',
      reviewed(reviewBy(ALICE), reviewBy(GHOST, { id: 2, state: 'changes_requested' })),
      'wait changes_requested',
    ],
    [
      'changes requested by nobody that is named',
      reviewed(reviewBy(ALICE), reviewBy(null, { id: 2, state: 'changes_requested' })),
      'wait changes_requested',
    ],
    [
      'changes requested, then dismissed',
      reviewed(reviewBy(ALICE), reviewBy(BOB, { id: 2, state: 'changes_requested', dismissed: true })),
      'fire reviewed_by_writer',
    ],
    [
      'approved, then changes requested by the same',
      reviewed(reviewBy(BOB), reviewBy(BOB, { id: 2, state: 'changes_requested' })),
      'wait changes_requested',
    ],
    [
      'approved, then changes requested, dismissed: taken back',
      reviewed(reviewBy(BOB), reviewBy(BOB, { id: 2, state: 'changes_requested', dismissed: true })),
      'wait pending_async_review',
    ],
    [
      'changes requested, then approved by the same',
      reviewed(reviewBy(BOB, { state: 'changes_requested' }), reviewBy(BOB, { id: 2 })),
      'fire reviewed_by_writer',
    ],
    [
      'approved, then a comment',
      reviewed(reviewBy(BOB), reviewBy(BOB, { id: 2, state: 'commented' })),
      'fire reviewed_by_writer',
    ],
    ['8: the reviews are not known', [openPull({ reviews: fault() })], 'unverifiable forge_unreachable'],
    ['the reviews were not asked', [openPull({ reviews: null })], 'unverifiable forge_not_asked'],
    [
      'a permission that is not known',
      [openPull({ reviews: ok([reviewBy(BOB)]), permissions: new Map([...everybody, [BOB.id, fault()]]) })],
      'unverifiable forge_unreachable',
    ],
    [
      'which is of no matter where another one suffices',
      [
        openPull({
          reviews: ok([reviewBy(BOB), reviewBy(AMY, { id: 2 })]),
          permissions: new Map([...everybody, [BOB.id, fault()]]),
        }),
      ],
      'fire reviewed_by_writer',
    ],
    [
      "an objector's permission that is not known",
      [
        openPull({
          reviews: ok([reviewBy(AMY), reviewBy(BOB, { id: 2, state: 'changes_requested' })]),
          permissions: new Map([...everybody, [BOB.id, fault()]]),
        }),
      ],
      'unverifiable forge_unreachable',
    ],
  ])('%s', (_, pulls, expected) => {
    expect(saidOf(requestOf('dev', pulls))).toBe(`medium ${expected}`)
  })

  it('is bound to who may be one, by the policy', () => {
    expect(saidOf(requestOf('dev', reviewed(reviewBy(BOB))), { set: FORGE_SETS.never })).toBe(
      'medium wait pending_async_review',
    )
    expect(saidOf(requestOf('dev', reviewed(reviewBy(BOB))), { set: FORGE_SETS.pinned })).toBe(
      'medium wait pending_async_review',
    )
    expect(saidOf(requestOf('dev', reviewed(reviewBy(AGENT))), { set: FORGE_SETS.self })).toBe(
      'medium fire reviewed_by_writer',
    )
  })

  it('is of nobody who asked in a pull request of that head which was closed', () => {
    const sight = { kin: new Map([[HEAD, [openPull({ pull: { number: 2, author: BOB, state: 'closed' } })]]]) }
    expect(saidOf(requestOf('dev', reviewed(reviewBy(BOB))), { sight })).toBe('medium wait pending_async_review')
  })

  it('34: says of each review that does not count why', () => {
    const request = requestOf('dev', reviewed(reviewBy(BOB, { commit: OIDS[1]! })))
    const rules = judgeRequest(request, forgeSnapshot())?.rules.map(({ gave }) => gave)
    expect(rules).toContain(`ignored: it is of ${OIDS[1]!.slice(0, 12)}, the head is ${HEAD.slice(0, 12)}`)
  })

  it('is recorded with the review, the head and the requesters', () => {
    const judgement = judgeRequest(requestOf('dev', reviewed(reviewBy(BOB, { id: 8 }))), forgeSnapshot())
    expect(judgement?.verdict).toMatchObject({
      evidence: {
        kind: 'pull_review',
        pull: 3,
        head: HEAD,
        review: { id: 8, commit: HEAD, by: { id: BOB.id, login: 'bob', permission: 'write' } },
        requesters: [{ id: AGENT.id, login: 'agent' }],
      },
    })
    expect(judgement?.pulls).toEqual([{ number: 3, url: 'https://forge.example/ops/pulls/3' }])
  })
})

describe('an action on main', () => {
  it.each([
    ['high, merged by an admin', waitingOf('release', ok(mergedPull())), 'high fire merged_by_admin'],
    [
      'medium, merged by a writer',
      waitingOf('dev', ok(mergedPull({ pull: { mergedBy: BOB } }))),
      'medium fire merged_by_writer',
    ],
    [
      'low, by a pull request',
      waitingOf('tidy', ok(mergedPull({ pull: { mergedBy: BOB } }))),
      'low fire auto_approved',
    ],
    ['low, pushed by who may', waitingOf('tidy', ok(null)), 'low fire auto_approved'],
    ['low, of which nothing is known', waitingOf('tidy', null), 'high unverifiable forge_not_asked'],
    [
      "45: a stranger's low, merged by a writer",
      waitingOf('tidy', ok(mergedPull({ pull: { author: STRANGER, mergedBy: BOB } }))),
      'high refuse approver_role',
    ],
    [
      "45: a stranger's low, merged by an admin",
      waitingOf('tidy', ok(mergedPull({ pull: { author: STRANGER } }))),
      'high fire merged_by_admin',
    ],
    [
      "45: a writer's low, of the same merge as a stranger's",
      waitingOf(
        'tidy',
        ok({
          ...mergedPull({ pull: { mergedBy: BOB } }),
          others: [mergedPull({ pull: { number: 4, author: STRANGER, mergedBy: BOB } })],
        }),
      ),
      'high refuse approver_role',
    ],
    ['8: the forge is down', waitingOf('release', fault()), 'high unverifiable forge_unreachable'],
    ['7: no pull request', waitingOf('release', ok(null)), 'high refuse no_second_key'],
  ])('%s', (_, waiting, expected) => {
    expect(saidOnMain(waiting)).toBe(expected)
  })

  it('8: who else asked for its head is not known without the open pull requests', () => {
    const sight = { fault: { reason: 'forge_unreachable' as const, detail: 'x' } }
    expect(saidOnMain(waitingOf('release', ok(mergedPull())), { sight })).toBe('high unverifiable forge_unreachable')
    expect(saidOnMain(waitingOf('tidy', ok(mergedPull())), { sight })).toBe('low fire auto_approved')
  })

  it('whose head is asked for in another open pull request, by its merger', () => {
    const requests = [requestOf('release', [openPull({ pull: { number: 4, author: ALICE } })])]
    expect(saidOnMain(waitingOf('release', ok(mergedPull())), { requests })).toBe('high refuse self_approval')
  })
})
