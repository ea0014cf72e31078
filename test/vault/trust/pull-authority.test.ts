import { describe, expect, it } from 'vitest'
import type { Learned, MergeDossier, PullDossier } from '../../../vault/forge/fact.js'
import { oid } from '../../../vault/oid.js'
import type { TrustSet, TrustSetIds } from '../../../vault/policy/trust-set.js'
import { advanceTrust, asksAuthority, asksHindsight } from '../../../vault/trust/advance.js'
import type { TrustWitness } from '../../../vault/trust/authority.js'
import type { MergedPaths, TrustChange } from '../../../vault/trust/change.js'
import type { Trust } from '../../../vault/trust/trust.js'
import { ALICE, AMY, BOB, BOT, fault, GHOST, MERGE, mergedPull, ok, reviewBy, SELF, SIGHT } from '../forge/pulls.js'
import { FORGE_SETS } from '../plan/forge-world.js'
import { OIDS, trustOf } from '../plan/world.js'

const ids = (digit: string): TrustSetIds => {
  const blob = oid(digit.repeat(40))
  return { policy: blob, formulas: blob, signers: null }
}
const FIRST: TrustSet = { ...FORGE_SETS.plain, ids: ids('a') }
const SECOND: TrustSet = { ...FORGE_SETS.self, ids: ids('b') }
const TRUST: Trust = { ...trustOf(FIRST), adminsFrom: 'forge' }
const BLOB = { mode: '100644', oid: OIDS[3]! }
const SAME: MergedPaths = { paths: [{ path: 'policy.toml', inMerge: BLOB, inHead: BLOB }], truncated: false }

const CHANGE: TrustChange = {
  commit: MERGE,
  parents: [OIDS[1]!, OIDS[2]!],
  before: FIRST.ids,
  after: SECOND.ids,
  signature: { kind: 'unsigned' },
  compiled: { ok: true, set: SECOND },
  pull: ok(mergedPull()),
  merged: SAME,
  hindsight: null,
}
const advanced = (more: Partial<TrustChange> = {}, witness: TrustWitness = SIGHT, trust = TRUST) =>
  advanceTrust(trust, { ...CHANGE, ...more }, witness)
const by = (mergedBy: PullDossier['pull']['mergedBy']): Partial<TrustChange> => ({
  pull: ok(mergedPull({ pull: { mergedBy } })),
})
const differing = (inMerge: typeof BLOB | null, inHead: typeof BLOB | null): Partial<TrustChange> => ({
  merged: { paths: [...SAME.paths, { path: 'formulas/x.toml', inMerge, inHead }], truncated: false },
})
const OTHER = { mode: '100644', oid: OIDS[0]! }

describe('a change of the trust set by a pull request', () => {
  it.each<[string, Partial<TrustChange>]>([
    ['by an admin', {}],
    ['by another one', by(AMY)],
    ['by its own requester: it may be the same person', { pull: ok(mergedPull({ pull: { author: ALICE } })) }],
    [
      'scheduled, and reviewed by who scheduled it',
      { pull: ok(mergedPull({ history: { scheduledBy: [ALICE] }, reviews: ok([reviewBy(ALICE)]) })) },
    ],
  ])('takes force: %s', (_, more) => {
    expect(advanced(more)).toMatchObject({ inForce: { commit: MERGE, set: SECOND }, offending: null, unverified: null })
  })

  it.each<[string, Partial<TrustChange>, string]>([
    ['by a writer', by(BOB), 'approver_role'],
    ['by a bot', by(BOT), 'approver_is_bot'],
    ['by the dispatcher', by(SELF), 'approver_is_dispatcher'],
    ['by nobody that is named', by(null), 'approver_unnamed'],
    [
      '44: scheduled after the head was swapped',
      { pull: ok(mergedPull({ history: { scheduledBy: [ALICE] } })) },
      'scheduled_without_review',
    ],
    ['retargeted', { pull: ok(mergedPull({ history: { wasRetargeted: true } })) }, 'retargeted'],
    [
      'beside another pull request of the same merge that was retargeted',
      {
        pull: ok({ ...mergedPull(), others: [mergedPull({ pull: { number: 4 }, history: { wasRetargeted: true } })] }),
      },
      'retargeted',
    ],
    ['of another merge', { pull: ok(mergedPull({ pull: { mergeCommit: OIDS[2]! } })) }, 'not_this_merge'],
    ['of another repository', { pull: ok(mergedPull({ pull: { baseRepoId: 1 } })) }, 'not_this_repository'],
    ['without a pull request', { pull: ok(null) }, 'no pull request'],
    ['a direct push', { parents: [OIDS[1]!] }, 'directly on main'],
    ['an octopus', { parents: OIDS.slice(0, 3) }, '3 parents'],
    ['slipped in while merging', differing(BLOB, null), 'formulas/x.toml'],
    ['left out while merging', differing(null, BLOB), 'formulas/x.toml'],
    ['merged into another text', differing(BLOB, OTHER), 'formulas/x.toml'],
    ['merged into another mode', differing({ ...BLOB, mode: '100755' }, BLOB), 'formulas/x.toml'],
    ['more than is compared', { merged: { ...SAME, truncated: true } }, 'more files'],
  ])('offends: %s', (_, more, words) => {
    const trust = advanced(more)
    expect(trust.inForce).toBe(TRUST.inForce)
    expect(trust.offending?.reason).toBe('trust_change_unauthorised')
    expect(trust.offending?.detail).toContain(words)
  })

  it.each<[string, Learned<MergeDossier | null> | null, TrustWitness, string]>([
    ['the forge is down', fault(), SIGHT, 'forge_unreachable'],
    [
      '19: it may not tell',
      ok(mergedPull({ permissions: new Map([[ALICE.id, fault('forge_forbidden')]]) })),
      SIGHT,
      'forge_forbidden',
    ],
    ['it was not asked', null, SIGHT, 'forge_not_asked'],
    ['nobody could ask', ok(mergedPull()), null, 'forge_not_asked'],
    ['it is late', ok(mergedPull({ pull: { merged: false } })), SIGHT, 'forge_late'],
  ])('neither advances nor offends: %s', (_, pull, witness, reason) => {
    const trust = advanced({ pull }, witness)
    expect(trust).toMatchObject({
      inForce: TRUST.inForce,
      offending: null,
      unverified: { commit: MERGE, fault: { reason } },
    })
    // Whatever comes after it, until it is asked again.
    expect(advanced({ commit: OIDS[3]! }, SIGHT, trust)).toBe(trust)
    expect(advanced({}, SIGHT, { ...trust, unverified: null }).inForce.set).toBe(SECOND)
  })

  const scheduled = { history: { scheduledBy: [ALICE] } }
  it.each<[string, Partial<TrustChange>]>([
    ['by somebody who is a writer now', by(BOB)],
    ['by an account that is deleted', by(GHOST)],
    ['by somebody whom the forge does not name any more', by(null)],
  ])('looked back at, it took force: %s', (_, more) => {
    expect(asksHindsight(TRUST, { ...CHANGE, ...more }, SIGHT)).toBe(true)
    expect(advanced({ ...more, hindsight: 'taken' })).toMatchObject({ inForce: { commit: MERGE }, unverified: null })
    expect(advanced({ ...more, hindsight: 'not_taken' }).offending?.commit).toBe(MERGE)
    expect(advanced({ ...more, hindsight: 'unknown' })).toMatchObject({
      inForce: TRUST.inForce,
      offending: null,
      unverified: { commit: MERGE, fault: { reason: 'trust_change_unproven' } },
    })
  })

  it.each<[string, Partial<TrustChange>]>([
    ['without a pull request', { pull: ok(null) }],
    ['scheduled, and not reviewed any more', { pull: ok(mergedPull(scheduled)) }],
    [
      'by one who lost their rights, and scheduled in another pull request of the same merge',
      { pull: ok({ ...mergedPull({ pull: { mergedBy: BOB } }), others: [mergedPull(scheduled)] }) },
    ],
    ['scheduled by a writer', { pull: ok(mergedPull({ ...scheduled, pull: { mergedBy: BOB } })) }],
    [
      'of a history that cannot be read',
      { pull: ok({ ...mergedPull({ pull: { mergedBy: BOB } }), history: fault() }) },
    ],
  ])('a record alone brings nothing into force: %s', (_, more) => {
    const trust = advanced({ ...more, hindsight: 'taken' })
    expect(trust).toMatchObject({ inForce: TRUST.inForce, offending: null, unverified: { commit: MERGE } })
  })

  it.each<[string, Partial<TrustChange>]>([
    ['by a bot', by(BOT)],
    ['by the dispatcher', by(SELF)],
    ['retargeted', { pull: ok(mergedPull({ history: { wasRetargeted: true } })) }],
    ['of another merge', { pull: ok(mergedPull({ pull: { mergeCommit: OIDS[2]! } })) }],
    ['of another repository', { pull: ok(mergedPull({ pull: { baseRepoId: 1 } })) }],
    ['a direct push', { parents: [OIDS[1]!] }],
    ['slipped in while merging', differing(BLOB, null)],
  ])('what was never right offends, whatever is recorded: %s', (_, more) => {
    expect(asksHindsight(TRUST, { ...CHANGE, ...more }, SIGHT)).toBe(false)
    for (const hindsight of ['taken', 'unknown'] as const)
      expect(advanced({ ...more, hindsight }).offending?.commit).toBe(MERGE)
  })

  it('an admin of now needs no record, and what was asked before is not asked again', () => {
    expect(asksHindsight(TRUST, CHANGE, SIGHT)).toBe(false)
    expect(asksHindsight(TRUST, { ...CHANGE, ...by(BOB), hindsight: 'unknown' }, SIGHT)).toBe(false)
    expect(asksHindsight(TRUST, { ...CHANGE, ...by(BOB), before: SECOND.ids }, SIGHT)).toBe(false)
  })

  it('restored, the forge need not be asked', () => {
    const offending = advanced(by(BOB))
    const back = { before: SECOND.ids, after: FIRST.ids, pull: null, merged: null, parents: [OIDS[1]!] }
    expect(asksAuthority(offending, back)).toBe(false)
    expect(advanced(back, SIGHT, offending)).toMatchObject({ offending: null, unverified: null })
  })

  it('40: on an unauthorised one nothing takes force, and nobody is asked', () => {
    const offending = advanced(by(BOB))
    const third = { before: SECOND.ids, after: ids('c'), commit: OIDS[3]!, pull: null }
    expect(asksAuthority(offending, third as never)).toBe(false)
    expect(advanced(third, SIGHT, offending)).toMatchObject({
      inForce: TRUST.inForce,
      offending: { commit: MERGE },
      unverified: null,
    })
  })

  it('in a clone, whatever merge could have had authority has it', () => {
    expect(advanced({ pull: null }, 'clone').inForce.set).toBe(SECOND)
    expect(advanced({ pull: null, parents: [OIDS[1]!] }, 'clone').offending).not.toBeNull()
    expect(advanced({ pull: null, ...differing(BLOB, null) }, 'clone').offending).not.toBeNull()
  })
})
