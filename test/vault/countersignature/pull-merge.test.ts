import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Demand } from '../../../vault/countersignature/binding.js'
import { countersignatureOf } from '../../../vault/countersignature/countersignature.js'
import type { MergeFact } from '../../../vault/countersignature/fact.js'
import type { Learned, MergeDossier, PullDossier } from '../../../vault/forge/fact.js'
import type { EntryFact } from '../../../vault/git-facts.js'
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
  person,
  pushBy,
  REPO,
  reviewBy,
  SELF,
  SIGHT,
  STRANGER,
} from '../forge/pulls.js'
import { ANY_FORGE_SET, anyDossier, FORGE_SETS } from '../plan/forge-world.js'
import { almostHonestMerge, honestMerge, NOW, OIDS, pathOf, SETS, signedBy } from '../plan/world.js'

const PATH = pathOf('a')
const ENTRY: EntryFact = { mode: '100644', oid: OIDS[3]! }
const HIGH: Demand = { tier: 'high', path: PATH, entry: ENTRY }
const MEDIUM: Demand = { ...HIGH, tier: 'medium' }
/** Unsigned throughout: in a forge no signature is asked for. */
const HONEST: MergeFact = {
  ...honestMerge(PATH, ENTRY),
  signature: { kind: 'unsigned' },
  commits: [{ oid: HEAD, parents: [OIDS[1]!], exactMainMerge: false, signature: null }],
}
const MAIN_MERGE = OIDS[3]!
/** After the agent's commit, somebody merged main into the branch. */
const UPDATED: MergeFact = {
  ...HONEST,
  parents: [OIDS[1]!, MAIN_MERGE],
  commits: [{ oid: MAIN_MERGE, parents: [HEAD, OIDS[1]!], exactMainMerge: true, signature: null }, ...HONEST.commits],
}

const keyOf = (
  pull: Learned<MergeDossier | null> | null,
  { merge = HONEST, demand = HIGH, set = FORGE_SETS.plain, kin = [] as readonly PullDossier[] } = {},
) => countersignatureOf(merge, demand, set, { identity: SIGHT, pull, kin, now: NOW })

const said = (...args: Parameters<typeof keyOf>) => {
  const key = keyOf(...args)
  if (key.kind !== 'evidence') return key.reason
  if (key.evidence.kind !== 'pull_merge') return key.evidence.kind
  return `${key.evidence.merged_by.login} for ${key.evidence.requesters.map(({ login }) => login).join(', ')}`
}
const by = (mergedBy: PullDossier['pull']['mergedBy']) => ok(mergedPull({ pull: { mergedBy } }))
const pull = (fact: Partial<PullDossier['pull']>) => ok(mergedPull({ pull: fact }))
const pushes = (...all: readonly ReturnType<typeof pushBy>[]) => ok(mergedPull({ history: { pushes: all } }))
const scheduled = (...reviews: readonly ReturnType<typeof reviewBy>[]) =>
  ok(mergedPull({ history: { scheduledBy: [ALICE] }, reviews: ok(reviews) }))

/** Somebody's own pull request of the same head, from a fork. */
const copied = (fact: Partial<PullDossier['pull']>, ...all: readonly ReturnType<typeof pushBy>[]) =>
  openPull({ pull: { number: 4, author: BOB, headRepoId: REPO + 1, ...fact }, history: { pushes: all } })

/** GitHub gives both for the same merge. */
const beside = (...others: readonly PullDossier[]) => ok({ ...mergedPull(), others })
const SECOND = { number: 4, author: BOB }

describe('a second key by merging a pull request', () => {
  it.each<[string, Learned<MergeDossier | null> | null, Parameters<typeof keyOf>[1], string]>([
    ['an admin, for high', by(ALICE), {}, 'alice for agent'],
    ['a writer, for medium', by(BOB), { demand: MEDIUM }, 'bob for agent'],
    ['an admin, for medium', by(AMY), { demand: MEDIUM }, 'amy for agent'],
    ['demoted since: a writer, for high', by(BOB), {}, 'approver_role'],
    ['a reader, for medium', by(STRANGER), { demand: MEDIUM }, 'approver_role'],
    ['3: nobody that the forge names', by(null), {}, 'approver_unnamed'],
    ['a deleted account', by(GHOST), {}, 'approver_is_ghost'],
    ['17: a bot, whatever it may do', by(BOT), {}, 'approver_is_bot'],
    ["Forgejo's own hand", by(person(-2, 'forgejo-actions')), {}, 'approver_is_bot'],
    ['36: the dispatcher itself', by(SELF), {}, 'approver_is_dispatcher'],
    ['one who is never one', by(AMY), { set: FORGE_SETS.never }, 'approver_excluded'],
    ['one who is not pinned', by(AMY), { set: FORGE_SETS.pinned }, 'approver_excluded'],
    ['one who is pinned', by(ALICE), { set: FORGE_SETS.pinned }, 'alice for agent'],
    [
      'one with the login of a pinned one, and another id',
      by(person(13, 'alice')),
      { set: FORGE_SETS.pinned },
      'approver_excluded',
    ],
    ['the author', pull({ author: ALICE }), {}, 'self_approval'],
    [
      'the author, where the policy says so',
      pull({ author: ALICE }),
      { set: FORGE_SETS.self },
      'alice for alice, agent',
    ],
    ['opened by an account that was deleted since', pull({ author: GHOST }), {}, 'requester_unknown'],
    ['pushed to by one', pushes(pushBy(AGENT), pushBy(GHOST)), {}, 'requester_unknown'],
    ['who opened it again', ok(mergedPull({ history: { reopenedBy: [ALICE] } })), {}, 'self_approval'],
    ['a pusher', pushes(pushBy(AGENT), pushBy(ALICE)), {}, 'self_approval'],
    ['a pusher by force', pushes(pushBy(ALICE, { isForced: true, commits: [] })), {}, 'self_approval'],
    ['32: a pusher of nothing', pushes(pushBy(ALICE, { commits: [] })), {}, 'self_approval'],
    [
      'a pusher of what the forge does not say',
      pushes(pushBy(AGENT), pushBy(ALICE, { commits: null, after: null })),
      {},
      'self_approval',
    ],
    [
      'a commit that no push is told to have brought',
      pushes(pushBy(AGENT, { commits: null, after: null })),
      {},
      'forge_late',
    ],
    ['no push at all is told', pushes(), {}, 'forge_late'],
    [
      '50: a pusher of an exact merge of main',
      pushes(pushBy(AGENT), pushBy(ALICE, { commits: [MAIN_MERGE] })),
      { merge: UPDATED },
      'alice for agent',
    ],
    [
      '50: the same, where the forge says only from where to where',
      pushes(pushBy(AGENT), pushBy(ALICE, { commits: null, before: HEAD, after: MAIN_MERGE })),
      { merge: UPDATED },
      'alice for agent',
    ],
    [
      '50: but not with a commit of their own beside it',
      pushes(pushBy(ALICE, { commits: [MAIN_MERGE, HEAD] })),
      { merge: UPDATED },
      'self_approval',
    ],
    [
      '50: nor by force',
      pushes(pushBy(ALICE, { commits: [MAIN_MERGE], isForced: true })),
      { merge: UPDATED },
      'self_approval',
    ],
    [
      '50: nor where all that was there before is not known',
      pushes(pushBy(ALICE, { commits: null, before: OIDS[1]!, after: MAIN_MERGE })),
      { merge: UPDATED },
      'self_approval',
    ],
    ['an author whom the forge does not name', pull({ author: null }), {}, 'requester_unknown'],
    ['an author who is deleted', pull({ author: GHOST }), {}, 'requester_unknown'],
    [
      '36: a workflow, which anybody could have had ask',
      pull({ author: person(-2, 'forgejo-actions') }),
      {},
      'requester_unknown',
    ],
    ['a pusher whom the forge does not name', pushes(pushBy(AGENT), pushBy(null)), {}, 'requester_unknown'],
    [
      'a signer of that name',
      by(ALICE),
      { set: SETS.plain, merge: { ...HONEST, commits: [{ ...HONEST.commits[0]!, signature: signedBy('alice') }] } },
      'self_approval',
    ],
    [
      'who asked in another pull request of that head',
      by(ALICE),
      { kin: [openPull({ pull: { number: 4, author: ALICE } })] },
      'self_approval',
    ],
    [
      'who pushed in another one',
      by(ALICE),
      { kin: [openPull({ pull: { number: 4 }, history: { pushes: [pushBy(ALICE)] } })] },
      'self_approval',
    ],
    [
      'another one of which nothing is known',
      by(ALICE),
      { kin: [openPull({ pull: { number: 4 }, history: fault() })] },
      'forge_unreachable',
    ],
    [
      'a copy in a fork that is gone, or whose owner is: it takes nothing from the one that was merged',
      by(ALICE),
      { kin: [copied({ headRepoId: null }, pushBy(null)), copied({ author: GHOST }, pushBy(GHOST))] },
      'alice for bob, agent',
    ],
    ['a copy in a fork of their own', by(ALICE), { kin: [copied({ author: ALICE }, pushBy(null))] }, 'self_approval'],
    [
      'one of our own branch, of which somebody unknown pushed',
      by(ALICE),
      { kin: [openPull({ pull: { number: 4 }, history: { pushes: [pushBy(null)] } })] },
      'requester_unknown',
    ],
    [
      'a fork that is gone, which was merged itself, beside one of another fork',
      ok(mergedPull({ pull: { headRepoId: null }, history: { pushes: [pushBy(null)] } })),
      { kin: [copied({}, pushBy(BOB))] },
      'requester_unknown',
    ],
    [
      'a fork that is gone, which was merged itself with more than ours beside it has',
      ok({
        ...mergedPull({ pull: { number: 4, headRepoId: null }, history: { pushes: [pushBy(null)] } }),
        others: [mergedPull({ history: { pushes: [pushBy(AGENT, { after: OIDS[1]!, commits: [OIDS[1]!] })] } })],
      }),
      {},
      'forge_late',
    ],
    [
      'a copy in a fork that is gone, of what nobody is told yet to have pushed to ours',
      ok(mergedPull({ history: { pushes: [] } })),
      { kin: [copied({ headRepoId: null }, pushBy(null))] },
      'forge_late',
    ],
    [
      'a copy in a fork, of what nobody is told yet to have pushed to ours',
      ok(mergedPull({ history: { pushes: [] } })),
      { kin: [copied({}, pushBy(BOB))] },
      'forge_late',
    ],
    ['more commits than are read', by(ALICE), { merge: { ...HONEST, tooManyCommits: true } }, 'too_many_commits'],

    ['7: no pull request', ok(null), {}, 'no_second_key'],
    ['7: a squash', by(ALICE), { merge: { ...HONEST, parents: [OIDS[1]!] } }, 'no_second_key'],
    ['an evil merge', by(ALICE), { merge: { ...HONEST, inSecondParent: null } }, 'binding_mismatch'],
    ['one that the forge does not call merged yet', pull({ merged: false, mergeCommit: null }), {}, 'forge_late'],
    ['a test merge of GitHub', pull({ merged: false }), {}, 'forge_late'],
    ['6: a pull request of another merge', pull({ mergeCommit: HEAD }), {}, 'not_this_merge'],
    ['another base branch', pull({ baseBranch: 'dev' }), {}, 'not_this_branch'],
    ['another repository', pull({ baseRepoId: REPO + 1 }), {}, 'not_this_repository'],
    ['a base that was changed', ok(mergedPull({ history: { wasRetargeted: true } })), {}, 'retargeted'],
    ['the head that moved on after the merge', pull({ head: OIDS[1]! }), {}, 'alice for agent'],

    ['44: scheduled, no review', scheduled(), {}, 'scheduled_without_review'],
    ['44: scheduled, reviewed', scheduled(reviewBy(ALICE)), {}, 'alice for agent'],
    [
      '44: scheduled, another head reviewed',
      scheduled(reviewBy(ALICE, { commit: OIDS[1]! })),
      {},
      'scheduled_without_review',
    ],
    [
      '44: scheduled, a review of no commit',
      scheduled(reviewBy(ALICE, { commit: null })),
      {},
      'scheduled_without_review',
    ],
    [
      '44: scheduled, no review, and merged so lately that it may come',
      ok({ ...mergedPull({ history: { scheduledBy: [ALICE] } }), isRecent: true }),
      {},
      'forge_late',
    ],
    ["44: scheduled, somebody else's review", scheduled(reviewBy(AMY)), {}, 'scheduled_without_review'],
    [
      '44: scheduled, a dismissed review',
      scheduled(reviewBy(ALICE, { dismissed: true })),
      {},
      'scheduled_without_review',
    ],
    [
      '44: scheduled, a review that was taken back',
      scheduled(reviewBy(ALICE), reviewBy(ALICE, { id: 2, state: 'changes_requested', submittedAt: NOW })),
      {},
      'scheduled_without_review',
    ],
    [
      '44: scheduled by another, reviewed by the merger',
      ok(mergedPull({ history: { scheduledBy: [BOB] }, reviews: ok([reviewBy(ALICE)]) })),
      {},
      'alice for agent',
    ],
    [
      '44: scheduled, the reviews are not known',
      ok(mergedPull({ history: { scheduledBy: [ALICE] }, reviews: fault() })),
      {},
      'forge_unreachable',
    ],

    ['two of one merge', beside(mergedPull({ pull: SECOND })), {}, 'alice for bob, agent'],
    [
      'two of one merge, the other one had another base',
      beside(mergedPull({ pull: SECOND, history: { wasRetargeted: true } })),
      {},
      'retargeted',
    ],
    [
      '44: two of one merge, the other one was scheduled',
      beside(mergedPull({ pull: SECOND, history: { scheduledBy: [ALICE] } })),
      {},
      'scheduled_without_review',
    ],
    [
      'two of one merge, the approver asked in the other one',
      beside(mergedPull({ pull: { number: 4, author: ALICE } })),
      {},
      'self_approval',
    ],
    [
      'two of one merge, and two who merged',
      beside(mergedPull({ pull: { ...SECOND, mergedBy: AMY } })),
      {},
      'approver_unnamed',
    ],
    [
      'two of one merge, the history of the other one is not known',
      beside(mergedPull({ pull: SECOND, history: fault() })),
      {},
      'forge_unreachable',
    ],
    [
      'two of one merge, the other one against another branch',
      beside(mergedPull({ pull: { ...SECOND, baseBranch: 'dev' }, history: { wasRetargeted: true } })),
      {},
      'alice for bob, agent',
    ],
    [
      'two of one merge, the first one against another branch',
      ok({ ...mergedPull({ pull: { ...SECOND, baseBranch: 'dev' } }), others: [mergedPull()] }),
      {},
      'alice for bob, agent',
    ],

    ['8: the forge is down', fault(), {}, 'forge_unreachable'],
    ['it was not asked', null, {}, 'forge_not_asked'],
    ['8: no history', ok(mergedPull({ history: fault() })), {}, 'forge_unreachable'],
    ['the history was not asked', ok(mergedPull({ history: null })), {}, 'forge_not_asked'],
    [
      '19: a permission that the token may not see',
      ok(mergedPull({ permissions: new Map([[12, fault('forge_forbidden')]]) })),
      {},
      'forge_forbidden',
    ],
    ['a permission that was not asked', ok(mergedPull({ permissions: new Map() })), {}, 'forge_not_asked'],
  ])('%s', (_, learned, more, expected) => {
    expect(said(learned, more)).toBe(expected)
  })

  it('is recorded with all that it stood on', () => {
    const key = keyOf(scheduled(reviewBy(ALICE, { id: 8 })))
    expect(key.kind === 'evidence' && key.evidence).toEqual({
      kind: 'pull_merge',
      forge: 'forgejo',
      repo_id: REPO,
      pull: 3,
      merge_commit: HONEST.commit,
      parents: HONEST.parents,
      merged_by: { id: 12, login: 'alice', permission: 'admin' },
      requesters: [{ id: 41, login: 'agent' }],
      scheduled_review: 8,
      observed_at: '2026-11-22T08:00:00.000Z',
    })
  })

  property.prop([almostHonestMerge(PATH, ENTRY), anyDossier, ANY_FORGE_SET, fc.constantFrom(HIGH, MEDIUM)], {
    numRuns: 1_000,
  })(
    'whatever is seen: of a person with the permission, who did not ask, bound to what was asked',
    (merge, dossier, set, demand) => {
      const key = keyOf(ok(dossier), { merge, demand, set })
      const last = key.rules.at(-1)?.gave ?? ''
      if (key.kind !== 'evidence') {
        expect(last).toBe(`${key.kind === 'refused' ? 'refuse' : 'unverifiable'} ${key.reason}`)
        return
      }
      if (key.evidence.kind !== 'pull_merge') throw new Error('a forge gives pull requests')
      const { merged_by, requesters } = key.evidence
      const { pull: fact, history } = dossier
      expect([fact.merged, fact.mergeCommit, fact.baseBranch, fact.baseRepoId]).toEqual([
        true,
        merge.commit,
        'main',
        REPO,
      ])
      expect(fact.mergedBy).toEqual(person(merged_by.id, merged_by.login))
      expect(everybody.get(merged_by.id)).toEqual(ok(merged_by.permission))
      expect(merge.inSecondParent).toEqual(demand.entry)
      const { policy } = set
      if (demand.tier === 'high') {
        expect(merged_by.permission).toBe('admin')
        if (policy.high.admins !== null) expect(policy.high.admins.map(({ id }) => id)).toContain(merged_by.id)
      }
      expect(policy.never.map(({ id }) => id)).not.toContain(merged_by.id)
      expect(merged_by.id).not.toBe(SELF.id)
      expect(requesters.map(({ id }) => id)).toContain(fact.author?.id)
      if (!policy[demand.tier].allowSelf) expect(requesters.map(({ id }) => id)).not.toContain(merged_by.id)
      expect(history?.ok === true && !history.value.wasRetargeted).toBe(true)
      if (history?.ok === true && history.value.scheduledBy.length > 0)
        expect(key.evidence.scheduled_review).not.toBeNull()
    },
  )

  it('only somebody who may approve the agent is ever given', () => {
    for (const account of [ALICE, AMY, BOB, AGENT, STRANGER, SELF, BOT, GHOST, null])
      expect(['alice for agent', 'amy for agent'].includes(said(by(account)))).toBe(
        account === ALICE || account === AMY,
      )
  })
})
