import { describe, expect, it } from 'vitest'
import { approvedHead, evidence, pullOf } from '../../../vault/record/evidence.js'
import { intentSchema } from '../../../vault/record/intent.js'
import type { Evidence } from '../../../vault/record/statement.js'
import { OIDS } from '../plan/world.js'
import { intent } from './sample.js'

const PULL = { forge: 'github', repo_id: 7, pull: 3 } as const
const ALICE = { id: 12, login: 'alice', permission: 'admin' } as const
const REST = { requesters: [{ id: 41, login: 'agent' }], observed_at: '2026-11-22T08:00:00.000Z' }
const [MAIN, HEAD, MERGE] = [OIDS[0]!, OIDS[1]!, OIDS[2]!]

const MERGED: Evidence = {
  kind: 'pull_merge',
  ...PULL,
  merge_commit: MERGE,
  parents: [MAIN, HEAD],
  merged_by: ALICE,
  scheduled_review: null,
  ...REST,
}
const REVIEWED: Evidence = {
  kind: 'pull_review',
  ...PULL,
  head: HEAD,
  review: { id: 8, commit: HEAD, by: ALICE },
  ...REST,
}
const UNOPPOSED: Evidence = {
  kind: 'unopposed_window',
  ...PULL,
  head: HEAD,
  window_ms: 1,
  alive_ms: 2,
  comment_read_back_at: REST.observed_at,
  ...REST,
}
const POLICY: Evidence = { kind: 'policy', requesters: [] }

const holds = (value: unknown) => evidence.safeParse(value).success

describe('evidence of a forge', () => {
  it.each([[MERGED], [REVIEWED], [UNOPPOSED], [POLICY], [{ ...POLICY, pull: { ...PULL, head: HEAD } }]])(
    'can be written: %j',
    (value) => {
      expect(evidence.parse(value)).toEqual(value)
    },
  )

  it.each<[string, unknown]>([
    ['a ghost', { ...MERGED, merged_by: { ...ALICE, id: -1 } }],
    ['a reader', { ...MERGED, merged_by: { ...ALICE, permission: 'read' } }],
    ['an id as text', { ...MERGED, merged_by: { ...ALICE, id: '12' } }],
    ['32: nobody who asked', { ...REVIEWED, requesters: [] }],
    ['one parent', { ...MERGED, parents: [MAIN] }],
    ['no pull request', { ...MERGED, pull: 0 }],
    ['another forge', { ...MERGED, forge: 'git' }],
    ['a window that did not pass', { ...UNOPPOSED, alive_ms: 0 }],
    ['a key too many', { ...REVIEWED, stale: false }],
  ])('cannot be: %s', (_, value) => {
    expect(holds(value)).toBe(false)
  })

  it('1: only the low tier fires on the policy alone, in whatever pull request', () => {
    const tierOf = (tier: 'low' | 'medium' | 'high') =>
      intentSchema.safeParse(intent('a'.repeat(64), { tier, evidence: { ...POLICY, pull: { ...PULL, head: HEAD } } }))
        .success
    expect(['low', 'medium', 'high'].map((tier) => tierOf(tier as 'low'))).toEqual([true, false, false])
  })

  it('names its pull request, and the head that was claimed', () => {
    expect([MERGED, REVIEWED, UNOPPOSED, POLICY].map(pullOf)).toEqual([
      { number: 3, head: HEAD },
      { number: 3, head: HEAD },
      { number: 3, head: HEAD },
      null,
    ])
    expect([MERGED, REVIEWED, UNOPPOSED, POLICY].map(approvedHead)).toEqual([HEAD, HEAD, HEAD, null])
  })
})
