import { describe, expect, it } from 'vitest'
import { parseActionId } from '../../../vault/action/id.js'
import type { AuditedClaim } from '../../../vault/audit/claim.js'
import { judgeSecondKey } from '../../../vault/audit/judge-second-key.js'
import type { TrustSet } from '../../../vault/policy/trust-set.js'
import type { FireReason } from '../../../vault/reasons.js'
import type { Evidence } from '../../../vault/record/statement.js'
import { FORGE_SETS } from '../plan/forge-world.js'
import { honestMerge, OIDS, pathOf, SETS, trustOf } from '../plan/world.js'
import { ACTION, intent } from '../record/sample.js'

const ENTRY = { mode: '100644', oid: OIDS[3]! }
const MERGE = honestMerge(pathOf('a'), ENTRY)
const HEAD = OIDS[2]!
const WHERE = { forge: 'github', repo_id: 7, pull: 3 } as const
const ALICE = { id: 12, login: 'alice', permission: 'admin' } as const
const BOB = { id: 21, login: 'bob', permission: 'write' } as const
const REST = { requesters: [{ id: 41, login: 'agent' }], observed_at: '2026-11-22T08:00:00.000Z' }
const MERGED: Evidence = {
  kind: 'pull_merge',
  ...WHERE,
  merge_commit: MERGE.commit,
  parents: [OIDS[1]!, HEAD],
  merged_by: ALICE,
  scheduled_review: null,
  ...REST,
}
const REVIEWED: Evidence = {
  kind: 'pull_review',
  ...WHERE,
  head: HEAD,
  review: { id: 8, commit: HEAD, by: BOB },
  ...REST,
}
const UNOPPOSED: Evidence = {
  kind: 'unopposed_window',
  ...WHERE,
  head: HEAD,
  window_ms: 3_600_000,
  alive_ms: 3_600_001,
  comment_read_back_at: REST.observed_at,
  ...REST,
}

interface Case {
  readonly evidence: Evidence
  readonly tier?: 'medium' | 'high'
  readonly reason?: FireReason
  readonly set?: TrustSet
  readonly adminsFrom?: 'forge' | 'signers'
  readonly standing?: AuditedClaim['standing']
  readonly request_head?: typeof HEAD | null
}

function found({
  evidence,
  tier = 'high',
  reason = 'merged_by_admin',
  set = FORGE_SETS.plain,
  adminsFrom = 'forge',
  standing = { entry: ENTRY, merge: MERGE },
  request_head = HEAD,
}: Case): string | null {
  const claim: AuditedClaim = {
    place: { day: '2026-11-22', id: parseActionId('a')! },
    intent: intent('a'.repeat(64), { id: 'a', tier, reason, evidence, request_head }),
    action: ACTION,
    blob: ENTRY.oid,
    commit: OIDS[0]!,
    trust: { ...trustOf(set), adminsFrom },
    standing,
  }
  const [finding] = judgeSecondKey(claim, tier)
  return finding === undefined ? null : (finding.reason ?? finding.message)
}
const medium = { tier: 'medium', reason: 'reviewed_by_writer', evidence: REVIEWED } as const
const unopposed = { tier: 'medium', reason: 'unopposed', evidence: UNOPPOSED, set: FORGE_SETS.window } as const

describe('from a clone, a second key of a forge', () => {
  it.each<[string, Case, string | null]>([
    ['a merge', { evidence: MERGED }, null],
    [
      'a merge, for medium',
      { evidence: { ...MERGED, merged_by: BOB }, tier: 'medium', reason: 'merged_by_writer' },
      null,
    ],
    ['a review', { ...medium, standing: null }, null],
    ['a window', { ...unopposed, standing: null }, null],
    ['in plain git it is none', { evidence: MERGED, adminsFrom: 'signers', set: SETS.plain }, 'no_second_key'],
    ['and a signature is none in a forge', { evidence: intent('a'.repeat(64)).evidence }, 'no_second_key'],
    ['the policy alone', { evidence: { kind: 'policy', requesters: [] } }, 'no_second_key'],
    ['a review, for high', { evidence: REVIEWED, reason: 'reviewed_by_writer' }, 'no_second_key'],
    ['a window, for high', { evidence: UNOPPOSED, reason: 'unopposed', set: FORGE_SETS.window }, 'no_second_key'],
    [
      'by another reason',
      { ...medium, reason: 'merged_by_writer' },
      'it fired by merged_by_writer; medium fires by reviewed_by_writer',
    ],
    ['a writer, for high', { evidence: { ...MERGED, merged_by: BOB } }, 'approver_role'],
    [
      'one who is not pinned',
      { evidence: { ...MERGED, merged_by: { ...ALICE, id: 13 } }, set: FORGE_SETS.pinned },
      'approver_excluded',
    ],
    ['one who is never one', { ...medium, set: FORGE_SETS.never }, 'approver_excluded'],
    [
      'one who asked',
      { evidence: { ...MERGED, requesters: [ALICE].map(({ id, login }) => ({ id, login })) } },
      'self_approval',
    ],
    [
      'one who asked, where the policy says so',
      { evidence: { ...MERGED, requesters: [{ id: 12, login: 'alice' }] }, set: FORGE_SETS.self },
      null,
    ],
    [
      'a review of another commit',
      { ...medium, evidence: { ...REVIEWED, review: { ...REVIEWED.review, commit: OIDS[1]! } } },
      'binding_mismatch',
    ],
    ['a review of another head than was claimed', { ...medium, request_head: OIDS[1]! }, 'binding_mismatch'],
    [
      'another merge than git shows',
      { evidence: { ...MERGED, merge_commit: OIDS[3]! } },
      'it names another merge than the one that git shows, 111111111111',
    ],
    [
      'other parents',
      { evidence: { ...MERGED, parents: [OIDS[0]!, HEAD] } },
      'it names another merge than the one that git shows, 111111111111',
    ],
    ['42: it was not on main', { evidence: MERGED, standing: null }, 'no_second_key'],
    [
      '7: it was squashed',
      { evidence: MERGED, standing: { entry: ENTRY, merge: { ...MERGE, parents: [OIDS[1]!] } } },
      'no_second_key',
    ],
    [
      '35: changed after it was approved',
      { evidence: MERGED, standing: { entry: ENTRY, merge: { ...MERGE, inSecondParent: null } } },
      'binding_mismatch',
    ],
    ['a window that the policy does not have', { ...unopposed, set: FORGE_SETS.plain }, 'no_second_key'],
    ['a shorter window', { ...unopposed, evidence: { ...UNOPPOSED, window_ms: 1_000 } }, 'no_second_key'],
    ['a window that did not pass', { ...unopposed, evidence: { ...UNOPPOSED, alive_ms: 3_599_999 } }, 'no_second_key'],
  ])('%s', (_, claim, expected) => {
    expect(found(claim)).toBe(expected)
  })
})
