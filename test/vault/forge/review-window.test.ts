import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PullDossier } from '../../../vault/forge/fact.js'
import { observeWindow } from '../../../vault/forge/review-window.js'
import { type WindowState, windowStateSchema } from '../../../vault/forge/window-state.js'
import { LIMITS } from '../../../vault/limits.js'
import { FORGE_SETS } from '../plan/forge-world.js'
import { NOW, OIDS } from '../plan/world.js'
import { requestOf, saidOf } from '../verdict/forge-request.js'
import {
  AGENT,
  BOB,
  BOT,
  commentBy,
  everybody,
  fault,
  GHOST,
  HEAD,
  ok,
  openPull,
  ownComment,
  reviewBy,
  SELF,
  STRANGER,
} from './pulls.js'

const MINUTE = 60_000
const told = (more: Parameters<typeof openPull>[0] = {}) => openPull({ comments: ok([ownComment()]), ...more })
const look = (before: WindowState | null, dossier: PullDossier, now = NOW) => {
  const seen = observeWindow(before, { dossier, head: HEAD, self: SELF, now })
  return seen.kind === 'seen' ? seen.state : seen.fault.reason
}
/** Has run for 50 minutes when it was looked at a minute ago. */
const RUNNING: WindowState = {
  pull: 3,
  head: HEAD,
  commentReadBackAt: NOW - 51 * MINUTE,
  aliveMs: 50 * MINUTE,
  lastSeenAt: NOW - MINUTE,
  lastUpdatedAt: told().pull.updatedAt,
  vetoed: null,
}
const aliveOf = (state: WindowState | string) => (typeof state === 'string' ? state : state.aliveMs / MINUTE)
const vetoOf = (state: WindowState | string) => (typeof state === 'string' ? state : (state.vetoed?.how ?? null))

describe('a review window', () => {
  it('begins when our comment on this head was read back', () => {
    expect(look(null, openPull())).toMatchObject({ commentReadBackAt: null, aliveMs: 0 })
    expect(look(null, told())).toMatchObject({ commentReadBackAt: NOW, aliveMs: 0, vetoed: null })
    const forged = openPull({ comments: ok([{ ...ownComment(), author: AGENT }]) })
    expect(look(null, forged)).toMatchObject({ commentReadBackAt: null })
    const ofAnother = openPull({ comments: ok([ownComment(OIDS[1]!)]) })
    expect(look(null, ofAnother)).toMatchObject({ commentReadBackAt: null })
  })

  it.each<[string, WindowState, PullDossier, number, number]>([
    ['counts while it is looked at', RUNNING, told(), NOW, 51],
    [
      '46: a daemon that was down saw nothing',
      { ...RUNNING, lastSeenAt: NOW - LIMITS.windowGapMs - 1 },
      told(),
      NOW,
      50,
    ],
    ['46: nor did a clock that jumped forward', RUNNING, told(), NOW + 24 * 60 * MINUTE, 50],
    ['46: a clock that went back takes away what it gave', RUNNING, told(), NOW - 11 * MINUTE, 40],
    ['46: but not more than there is', RUNNING, told(), NOW - 24 * 60 * MINUTE, 0],
    [
      '46: any change that is not explained begins it anew',
      RUNNING,
      told({ pull: { updatedAt: NOW - 5_000 } }),
      NOW,
      0,
    ],
    [
      'also one that still can be seen: it could cover another',
      RUNNING,
      told({
        pull: { updatedAt: NOW - 5_000 },
        comments: ok([ownComment(), commentBy(STRANGER, 'hi', { updatedAt: NOW - 5_000 })]),
      }),
      NOW,
      0,
    ],
    ['and a time that went back', RUNNING, told({ pull: { updatedAt: NOW - 120 * MINUTE } }), NOW, 0],
    [
      'our own writing is explained',
      RUNNING,
      told({ pull: { updatedAt: NOW - 5_000 }, comments: ok([{ ...ownComment(), updatedAt: NOW - 6_000 }]) }),
      NOW,
      51,
    ],
    [
      'but an old one of ours explains no new change',
      RUNNING,
      told({
        pull: { updatedAt: RUNNING.lastUpdatedAt + 1_000 },
        comments: ok([{ ...ownComment(), updatedAt: RUNNING.lastUpdatedAt }]),
      }),
      NOW,
      0,
    ],
    ['our comment was deleted', RUNNING, openPull(), NOW, 0],
  ])('%s', (_, before, dossier, now, minutes) => {
    expect(aliveOf(look(before, dossier, now))).toBe(minutes)
  })

  it.each<[string, PullDossier, string | null]>([
    ['changes requested', told({ reviews: ok([reviewBy(BOB, { state: 'changes_requested' })]) }), 'changes requested'],
    [
      '46: dismissed later',
      told({ reviews: ok([reviewBy(BOB, { state: 'changes_requested', dismissed: true })]) }),
      'a review that was dismissed',
    ],
    [
      '46: dismissed, and GitHub does not say what it was',
      told({ reviews: ok([reviewBy(BOB, { state: 'dismissed', dismissed: true })]) }),
      'a review that was dismissed',
    ],
    [
      'changes requested of an older head',
      told({ reviews: ok([reviewBy(BOB, { state: 'changes_requested', commit: OIDS[1]! })]) }),
      'changes requested',
    ],
    [
      'an approval of an older head that the push dismissed',
      told({ reviews: ok([reviewBy(BOB, { state: 'dismissed', dismissed: true, commit: OIDS[1]! })]) }),
      null,
    ],
    [
      'followed by an approval of the same person',
      told({ reviews: ok([reviewBy(BOB, { state: 'changes_requested' }), reviewBy(BOB, { id: 2 })]) }),
      'changes requested',
    ],
    ['by a reader', told({ reviews: ok([reviewBy(STRANGER, { state: 'changes_requested' })]) }), null],
    ['46: closed, and open again', told({ history: { closedBy: [BOB] } }), 'closed the pull request'],
    ['closed by its requester', told({ history: { closedBy: [AGENT] } }), 'closed the pull request'],
    ['closed by ourselves', told({ history: { closedBy: [SELF] } }), null],
    ['closed by who is gone', told({ history: { closedBy: [GHOST] } }), 'closed the pull request'],
    ['a comment', told({ comments: ok([ownComment(), commentBy(BOB, '/veto')]) }), 'a /veto comment'],
    [
      'in the middle of others',
      told({ comments: ok([ownComment(), commentBy(BOB, 'no.\r\n  /VETO because\n')]) }),
      'a /veto comment',
    ],
    ['by an app', told({ comments: ok([commentBy(BOT, '/veto')]), permissions: new Map() }), 'a /veto comment'],
    ['by a reader, in words', told({ comments: ok([ownComment(), commentBy(STRANGER, '/veto')]) }), null],
    ['that only speaks of it', told({ comments: ok([ownComment(), commentBy(BOB, 'shall I /veto? > /veto')]) }), null],
    ['our own words about it', told({ comments: ok([ownComment(), commentBy(SELF, '/veto')]) }), null],
    [
      'known, though something else is not',
      told({ reviews: fault(), comments: ok([commentBy(BOB, '/veto')]) }),
      'a /veto comment',
    ],
    ['8: the reviews are not known', told({ reviews: fault() }), 'forge_unreachable'],
    ['8: the comments are not known', told({ comments: fault() }), 'forge_unreachable'],
    ['the history was not asked', told({ history: null }), 'forge_not_asked'],
    [
      "a vetoer's permission that is not known",
      told({ comments: ok([commentBy(BOB, '/veto')]), permissions: new Map([...everybody, [BOB.id, fault()]]) }),
      'forge_unreachable',
    ],
  ])('a veto: %s', (_, dossier, expected) => {
    expect(vetoOf(look(RUNNING, dossier))).toBe(expected)
  })

  it('46: a veto is for good, whatever became of it', () => {
    const vetoed = look(RUNNING, told({ comments: ok([commentBy(BOB, '/veto')]) })) as WindowState
    expect(look(vetoed, told(), NOW + MINUTE)).toBe(vetoed)
  })

  it('time in which the forge does not answer is not counted, nor a clock that goes back meanwhile', () => {
    const blind = (before: WindowState, now: number) => {
      const seen = observeWindow(before, { dossier: told({ reviews: fault() }), head: HEAD, self: SELF, now })
      if (seen.kind !== 'unverifiable' || seen.state === null) throw new Error('it cannot be seen')
      return seen.state
    }
    expect(aliveOf(look(blind(RUNNING, NOW + 9 * MINUTE), told(), NOW + 10 * MINUTE))).toBe(51)
    expect(blind(RUNNING, NOW - 11 * MINUTE).aliveMs).toBe(40 * MINUTE)
  })

  const anyTick = fc.record({
    stepMs: fc.oneof(fc.integer({ min: 0, max: 20 * MINUTE }), fc.integer({ min: -120 * MINUTE, max: 120 * MINUTE })),
    dossier: fc.constantFrom(
      told(),
      told(),
      told(),
      told({ comments: fault() }),
      told({ pull: { updatedAt: NOW } }),
      openPull(),
    ),
  })

  // A clock that comes back to the very millisecond at which the window began does not begin it anew.
  const backToTheBeginning = [0, 2 * 60 * MINUTE, 1 - 2 * 60 * MINUTE, -7, 6].map((stepMs) => ({
    stepMs,
    dossier: told(),
  }))

  property.prop([fc.array(anyTick, { maxLength: 40 })], { numRuns: 1_000, examples: [[backToTheBeginning]] })(
    'counts no more than what passed, in steps that are short enough, since it last began',
    (ticks) => {
      let [state, now, most]: [WindowState | null, number, number] = [null, NOW, 0]
      for (const { stepMs, dossier } of ticks) {
        now += stepMs
        const { state: next } = observeWindow(state, { dossier, head: HEAD, self: SELF, now })
        if (next === null) continue
        if (state !== null)
          most = Math.max(0, most + (now - state.lastSeenAt > LIMITS.windowGapMs ? 0 : now - state.lastSeenAt))
        if (next.commentReadBackAt === null || next.commentReadBackAt !== state?.commentReadBackAt) most = 0
        expect(next.aliveMs).toBeLessThanOrEqual(most)
        expect(windowStateSchema.parse(JSON.parse(JSON.stringify(next)))).toEqual(next)
        state = next
      }
    },
  )
})

describe('medium by a window of one hour', () => {
  const set = FORGE_SETS.window
  const said = (dossiers: readonly PullDossier[], windows: readonly WindowState[]) =>
    saidOf(requestOf('dev', dossiers), { set, sight: { windows } })
  const DONE: WindowState = { ...RUNNING, aliveMs: 59 * MINUTE }

  it.each<[string, readonly PullDossier[], readonly WindowState[], string]>([
    ['new', [told()], [], 'wait review_window'],
    ['running', [told()], [RUNNING], 'wait review_window'],
    ['passed', [told()], [DONE], 'fire unopposed'],
    ['approved meanwhile', [told({ reviews: ok([reviewBy(BOB)]) })], [], 'fire reviewed_by_writer'],
    [
      'opposed at the last moment',
      [told({ reviews: ok([reviewBy(BOB, { state: 'changes_requested' })]) })],
      [DONE],
      'wait changes_requested',
    ],
    ['vetoed', [told()], [{ ...DONE, vetoed: { by: 'bob', how: 'x' } }], 'wait vetoed'],
    [
      'vetoed, and approved later',
      [told({ reviews: ok([reviewBy(BOB)]) })],
      [{ ...DONE, vetoed: { by: 'bob', how: 'x' } }],
      'fire reviewed_by_writer',
    ],
    [
      '46: vetoed in another pull request of that head',
      [told()],
      [DONE, { ...DONE, pull: 9, vetoed: { by: 'bob', how: 'x' } }],
      'wait vetoed',
    ],
    ['passed at another head', [told()], [{ ...DONE, head: OIDS[1]! }], 'wait review_window'],
    ['passed in another pull request, which is gone', [told()], [{ ...DONE, pull: 9 }], 'unverifiable forge_not_asked'],
    [
      '46: vetoed in another one of that head, which is a draft now',
      [told(), told({ pull: { number: 4, draft: true }, comments: ok([commentBy(BOB, '/veto')]) })],
      [DONE],
      'wait vetoed',
    ],
    [
      'beside a draft that nobody opposed',
      [told(), told({ pull: { number: 4, draft: true } })],
      [DONE],
      'fire unopposed',
    ],
    ['of two pull requests only one has passed', [told(), told({ pull: { number: 4 } })], [DONE], 'wait review_window'],
    ['8: the comments are not known', [told({ comments: fault() })], [DONE], 'unverifiable forge_unreachable'],
    [
      'a requester whom nobody names',
      [told({ history: { pushes: [{ by: null, isForced: false, before: null, after: null, commits: null }] } })],
      [DONE],
      'refuse requester_unknown',
    ],
    ['a draft', [told({ pull: { draft: true } })], [DONE], 'wait pull_is_draft'],
  ])('%s', (_, dossiers, windows, expected) => {
    expect(said(dossiers, windows)).toBe(`medium ${expected}`)
  })

  it.each<[string, PullDossier, string]>([
    ['46: that a writer closed', told({ pull: { number: 9 }, history: { closedBy: [BOB] } }), 'wait vetoed'],
    [
      '46: that was vetoed and closed',
      told({ pull: { number: 9 }, comments: ok([commentBy(BOB, '/veto')]) }),
      'wait vetoed',
    ],
    ['that was closed by ourselves', told({ pull: { number: 9 }, history: { closedBy: [SELF] } }), 'fire unopposed'],
    [
      '46: that is not against our branch any more',
      told({ pull: { number: 9, baseBranch: 'dev' }, history: { wasRetargeted: true, closedBy: [BOB] } }),
      'wait vetoed',
    ],
    [
      '8: of which nobody knows who closed it',
      told({ pull: { number: 9 }, history: fault() }),
      'unverifiable forge_unreachable',
    ],
  ])('passed beside another one of that head %s', (_, other, expected) => {
    const sight = { windows: [DONE, { ...DONE, pull: 9 }], kin: new Map([[HEAD, [other]]]) }
    expect(saidOf(requestOf('dev', [told()]), { set, sight })).toBe(`medium ${expected}`)
  })

  it('passed beside another one of that head, which never was against our branch', () => {
    const other = told({ pull: { number: 9, baseBranch: 'dev' }, history: { closedBy: [BOB] } })
    const sight = { windows: [DONE], kin: new Map([[HEAD, [other]]]) }
    expect(saidOf(requestOf('dev', [told()]), { set, sight })).toBe('medium fire unopposed')
  })

  it("is not for high, nor for a stranger's", () => {
    expect(saidOf(requestOf('release', [told()]), { set, sight: { windows: [DONE] } })).toBe(
      'high wait awaiting_admin_merge',
    )
    const strangers = told({ pull: { author: STRANGER } })
    expect(said([strangers], [DONE])).toBe('high wait awaiting_admin_merge')
  })
})
