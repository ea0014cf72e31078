import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Demand } from '../../../vault/countersignature/binding.js'
import type { MergeFact } from '../../../vault/countersignature/fact.js'
import { signedMergeKey } from '../../../vault/countersignature/signed-merge.js'
import type { EntryFact, SignatureFact } from '../../../vault/git-facts.js'
import { almostHonestMerge, anySet, honestMerge, OIDS, pathOf, SETS, signedBy } from '../plan/world.js'

const PATH = pathOf('a')
const ENTRY: EntryFact = { mode: '100644', oid: OIDS[3]! }
const OTHER: EntryFact = { mode: '100644', oid: OIDS[0]! }
const HIGH: Demand = { tier: 'high', path: PATH, entry: ENTRY }
const MEDIUM: Demand = { ...HIGH, tier: 'medium' }

const honest = (merger = 'alice', requester = 'agent') => honestMerge(PATH, ENTRY, merger, requester)
const commit = (signature: SignatureFact | null, exactMainMerge = false) => ({
  oid: OIDS[2]!,
  parents: [],
  exactMainMerge,
  signature,
})
const added = { path: PATH, before: null, after: ENTRY }

const reasonOf = (merge: MergeFact, demand = HIGH, set = SETS.plain) => {
  const given = signedMergeKey(merge, demand, set)
  return given.kind === 'refused'
    ? given.reason
    : `${given.evidence.merged_by.principal} for ${given.evidence.requesters.join(', ')}`
}
const changed = (...changes: MergeFact['changes']['changes']): MergeFact['changes'] => ({ changes, truncated: false })

describe('a second key', () => {
  it.each<[string, MergeFact, Demand, string]>([
    ['an admin, for high', honest(), HIGH, 'alice for agent'],
    ['a writer, for medium', honest('bob'), MEDIUM, 'bob for agent'],
    ['an admin, for medium', honest('amy'), MEDIUM, 'amy for agent'],
    ['a writer, for high', honest('bob'), HIGH, 'approver_role'],
    ['somebody who may only ask', honest('agent', 'bob'), MEDIUM, 'approver_role'],
    ['a key without a role', honest('carol'), HIGH, 'approver_unknown'],
    ['a key of nobody', honest('nobody'), HIGH, 'approver_unknown'],
    ['unsigned', { ...honest(), signature: { kind: 'unsigned' } }, HIGH, 'merge_unsigned'],
    [
      'a signature that does not hold',
      { ...honest(), signature: { kind: 'invalid', why: 'x' } },
      HIGH,
      'signature_invalid',
    ],
    ['one person', honest('alice', 'alice'), HIGH, 'self_approval'],
    [
      'one person among the requesters',
      { ...honest(), commits: [commit(signedBy('agent')), commit(signedBy('alice'))] },
      HIGH,
      'self_approval',
    ],
    [
      '50: an exact merge of main makes no requester',
      { ...honest(), commits: [commit(signedBy('agent')), commit(signedBy('alice'), true)] },
      HIGH,
      'alice for agent',
    ],
    [
      '32: nothing but merges of main',
      { ...honest(), commits: [commit(signedBy('agent'), true)] },
      HIGH,
      'requester_unknown',
    ],
    ['32: no commit at all', { ...honest(), commits: [] }, HIGH, 'requester_unknown'],
    ['a commit that was not read', { ...honest(), commits: [commit(null)] }, HIGH, 'requester_unknown'],
    [
      'one unsigned commit',
      { ...honest(), commits: [commit(signedBy('agent')), commit({ kind: 'unsigned' })] },
      HIGH,
      'requester_unknown',
    ],
    ['more commits than are read', { ...honest(), tooManyCommits: true }, HIGH, 'too_many_commits'],
    ['no parent', { ...honest(), parents: [] }, HIGH, 'no_second_key'],
    ['7: one parent', { ...honest(), parents: [OIDS[1]!] }, HIGH, 'no_second_key'],
    ['three parents', { ...honest(), parents: OIDS.slice(0, 3) }, HIGH, 'binding_mismatch'],
    ['nothing changed', { ...honest(), changes: changed() }, HIGH, 'binding_mismatch'],
    ['more changed', { ...honest(), changes: changed(added, { ...added, path: 'x' }) }, HIGH, 'binding_mismatch'],
    [
      'more changed than is read',
      { ...honest(), changes: { changes: [added], truncated: true } },
      HIGH,
      'binding_mismatch',
    ],
    ['another path', { ...honest(), changes: changed({ ...added, path: pathOf('b') }) }, HIGH, 'binding_mismatch'],
    ['an edit', { ...honest(), changes: changed({ ...added, before: OTHER }) }, HIGH, 'binding_mismatch'],
    ['a deletion', { ...honest(), changes: changed({ ...added, after: null }) }, HIGH, 'binding_mismatch'],
    [
      'another content in the merge',
      { ...honest(), changes: changed({ ...added, after: OTHER }) },
      HIGH,
      'binding_mismatch',
    ],
    ['another content in the request', { ...honest(), inSecondParent: OTHER }, HIGH, 'binding_mismatch'],
    ['nothing in the request', { ...honest(), inSecondParent: null }, HIGH, 'binding_mismatch'],
    ['another content now', honest(), { ...HIGH, entry: OTHER }, 'binding_mismatch'],
    ['another mode now', honest(), { ...HIGH, entry: { ...ENTRY, mode: '100755' } }, 'binding_mismatch'],
  ])('%s', (_, merge, demand, expected) => {
    expect(reasonOf(merge, demand)).toBe(expected)
  })

  it('17: of those who are never one', () => {
    expect(reasonOf(honest('amy'), HIGH, SETS.never)).toBe('approver_excluded')
    expect(reasonOf(honest('amy'), HIGH, SETS.pinned)).toBe('approver_excluded')
    expect(reasonOf(honest('bob'), MEDIUM, SETS.pinned)).toBe('approver_role')
  })

  it('of one person, where the policy says so', () => {
    expect(reasonOf(honest('alice', 'alice'), HIGH, SETS.self)).toBe('alice for alice')
  })

  property.prop([almostHonestMerge(PATH, ENTRY), anySet, fc.constantFrom(HIGH, MEDIUM)])(
    'says of everything what it saw, and the last rule is the one that decided',
    (merge, set, demand) => {
      const given = signedMergeKey(merge, demand, set)
      const last = given.rules.at(-1)?.gave ?? ''
      if (given.kind === 'refused') expect(last).toBe(`refuse ${given.reason}`)
      else expect(given.rules.map(({ gave }) => gave).join()).not.toContain('refuse')
    },
  )
})
