import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Oid, oid } from '../../../vault/oid.js'
import {
  type CompiledTrustSet,
  sameTrustSet,
  type TrustSet,
  type TrustSetIds,
} from '../../../vault/policy/trust-set.js'
import { advanceTrust } from '../../../vault/trust/advance.js'
import type { TrustChange } from '../../../vault/trust/change.js'
import type { Trust } from '../../../vault/trust/trust.js'
import { anySignature, OIDS, SETS, signedBy, trustOf } from '../plan/world.js'

const ids = (digit: string): TrustSetIds => {
  const blob = oid(digit.repeat(40))
  return { policy: blob, formulas: blob, signers: blob }
}
const named = (set: TrustSet, digit: string): TrustSet => ({ ...set, ids: ids(digit) })

/** What can lie on main: the first set, one in which bob is the only admin, one that allows more, one that cannot be used. */
const FIRST = named(SETS.plain, 'a')
const SELF = named(SETS.self, 'c')
const BOB: TrustSet = named(
  { ...SETS.plain, policy: { ...SETS.plain.policy, signers: new Map([['bob', 'admin'] as const]) } },
  'b',
)
const BROKEN = ids('d')
const SETS_ON_MAIN: readonly (TrustSet | null)[] = [FIRST, BOB, SELF, null]

const idsOf = (set: TrustSet | null): TrustSetIds => set?.ids ?? BROKEN
const compiledOf = (set: TrustSet | null): CompiledTrustSet =>
  set === null ? { ok: false, files: [] } : { ok: true, set }

interface Push {
  readonly set: TrustSet | null
  readonly signature: TrustChange['signature']
  readonly parents: number
}
const push = (set: TrustSet | null, by: string | null, parents = 1): Push => ({
  set,
  signature: by === null ? { kind: 'unsigned' } : signedBy(by),
  parents,
})
const anyPush: fc.Arbitrary<Push> = fc.record({
  set: fc.constantFrom(...SETS_ON_MAIN),
  signature: fc.oneof(anySignature, fc.constantFrom(signedBy('alice'), signedBy('bob'))),
  parents: fc.constantFrom(1, 1, 2, 3),
})

interface Seen {
  readonly change: TrustChange
  readonly before: Trust
  readonly after: Trust
}

/** Main moves on, push by push, from the first set. */
function follow(pushes: readonly Push[]): readonly Seen[] {
  const seen: Seen[] = []
  let [trust, onMain]: [Trust, TrustSetIds] = [trustOf(FIRST), FIRST.ids]
  for (const [index, { set, signature, parents }] of pushes.entries()) {
    const commit = oid(String(index).padStart(40, '0'))
    const change: TrustChange = {
      commit,
      parents: OIDS.slice(0, parents) as Oid[],
      before: onMain,
      after: idsOf(set),
      signature,
      compiled: compiledOf(set),
      pull: null,
      merged: null,
      hindsight: null,
    }
    const after = advanceTrust(trust, change, null)
    seen.push({ change, before: trust, after })
    trust = after
    onMain = change.after
  }
  return seen
}

const last = (...pushes: readonly Push[]): Trust => follow(pushes).at(-1)!.after
const authorised = (trust: Trust): TrustSetIds => trust.broken?.ids ?? trust.inForce.set.ids
const isAdminOf = (change: TrustChange, set: TrustSet) => {
  const principal =
    change.signature.kind === 'ssh' ? set.signers.principalOf.get(change.signature.fingerprint) : undefined
  return principal !== undefined && set.policy.signers.get(principal) === 'admin'
}

describe('a change of the trust set', () => {
  it.each<[string, Trust, TrustSet, Partial<Trust> | object]>([
    ['by an admin', last(push(SELF, 'alice')), SELF, { offending: null, broken: null }],
    ['by an admin, as a merge', last(push(SELF, 'alice', 2)), SELF, { offending: null }],
    ['by an octopus', last(push(SELF, 'alice', 3)), FIRST, { offending: { reason: 'trust_change_unauthorised' } }],
    ['by a writer', last(push(SELF, 'bob')), FIRST, { offending: { reason: 'trust_change_unauthorised' } }],
    ['by nobody', last(push(SELF, null)), FIRST, { offending: { reason: 'trust_change_unauthorised' } }],
    ['by a writer, restored', last(push(SELF, 'bob'), push(FIRST, null)), FIRST, { offending: null }],
    [
      '40: laundered',
      last(push(SELF, 'bob'), push(BOB, 'alice')),
      FIRST,
      { offending: { commit: oid('0'.repeat(40)) } },
    ],
    ['by an admin whom the last change removed', last(push(BOB, 'alice'), push(SELF, 'alice')), BOB, { offending: {} }],
    ['by the admin of the last change', last(push(BOB, 'alice'), push(SELF, 'bob')), SELF, { offending: null }],
    ['49: broken by an admin', last(push(null, 'alice')), FIRST, { broken: { ids: BROKEN }, offending: null }],
    [
      '49: repaired by another one',
      last(push(null, 'alice'), push(SELF, 'amy')),
      SELF,
      { broken: null, offending: null },
    ],
    [
      '49: not repaired by a writer',
      last(push(null, 'alice'), push(FIRST, 'bob')),
      FIRST,
      { broken: {}, offending: {} },
    ],
    ['49: broken by a writer', last(push(null, 'bob')), FIRST, { broken: null, offending: {} }],
  ])('%s', (_, trust, set, rest) => {
    expect(trust.inForce.set.ids).toEqual(set.ids)
    expect(trust).toMatchObject(rest)
  })
})

describe('along any line', () => {
  const anyLine = fc.array(anyPush, { minLength: 1, maxLength: 8 })

  property.prop([anyLine], { numRuns: 2_000 })(
    'only an admin of the set in force brings another, on a main that had it',
    (line) => {
      for (const { change, before, after } of follow(line)) {
        if (after.inForce === before.inForce && after.broken === before.broken) continue
        expect(isAdminOf(change, before.inForce.set)).toBe(true)
        expect(change.parents.length).toBeLessThanOrEqual(2)
        expect(sameTrustSet(change.before, authorised(before))).toBe(true)
      }
    },
  )

  property.prop([anyLine], { numRuns: 2_000 })(
    'what lies on main is named as offending exactly where it has no authority',
    (line) => {
      for (const { change, after } of follow(line)) {
        expect(after.offending === null).toBe(sameTrustSet(change.after, authorised(after)))
      }
    },
  )

  property.prop([anyLine], { numRuns: 2_000 })(
    '40: nothing takes force on top of what has none, until it is restored',
    (line) => {
      for (const { change, before, after } of follow(line)) {
        if (before.offending === null) continue
        expect(after.inForce).toBe(before.inForce)
        expect(after.broken).toBe(before.broken)
        if (after.offending !== null) expect(after.offending.commit).toBe(before.offending.commit)
        else expect(sameTrustSet(change.after, authorised(before))).toBe(true)
      }
    },
  )
})
