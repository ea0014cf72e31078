/** Records to try things on: valid ones, whose fields a test replaces. */
import { oid } from '../../../vault/oid.js'
import type { Decision, DispatcherReference, Intent, Outcome } from '../../../vault/record/statement.js'

export const ACTION = new TextEncoder().encode(
  'id = "release-1"\nformula = "release"\ncontext = "ship it"\nsecrets = []\n',
)

export const COMMIT = oid('1'.repeat(40))
const OTHER_COMMIT = oid('2'.repeat(40))
const DIGEST = 'a'.repeat(64)

function dispatcher(key: string): DispatcherReference {
  return { name: 'house', instance: 'i-4f2a', key }
}

export function intent(key: string, more: Partial<Intent> = {}): Intent {
  return {
    id: 'release-1',
    formula: 'release',
    tier: 'high',
    reason: 'merged_by_admin',
    rules: [{ rule: 'tier', saw: 'release = "high"', gave: 'high' }],
    dry_run: false,
    trust_set: {
      root: COMMIT,
      commit: COMMIT,
      policy_blob: OTHER_COMMIT,
      signers_blob: null,
      formulas_tree: OTHER_COMMIT,
      formula: 'formulas/release.toml',
      formula_sha256: DIGEST,
    },
    evidence: {
      kind: 'signed_merge',
      merge_commit: COMMIT,
      parents: [COMMIT, OTHER_COMMIT],
      merged_by: { principal: 'alice', key: `SHA256:${'B'.repeat(43)}`, role: 'admin' },
      requesters: ['agent'],
    },
    base: COMMIT,
    request_head: OTHER_COMMIT,
    dispatcher: dispatcher(key),
    nonce: '0123456789abcdef',
    claimed_at: '2026-11-22T08:00:00.000Z',
    start_by: '2026-11-22T14:00:00.000Z',
    timeout_minutes: 60,
    ...more,
  }
}

export function outcome(key: string, more: Partial<Outcome> = {}): Outcome {
  return {
    id: 'release-1',
    intent_sha256: DIGEST,
    status: 'succeeded',
    reason: 'ended',
    dry_run: false,
    exit_code: 0,
    failed_step: null,
    started_at: '2026-11-22T08:00:01.000Z',
    ended_at: '2026-11-22T08:00:02.000Z',
    outputs: { tag: 'v1' },
    log_sha256: DIGEST,
    log_tail: 'done\n',
    external_id: null,
    dispatcher: dispatcher(key),
    ...more,
  }
}

export function refusal(key: string, id = 'release-1'): Decision {
  return {
    event: 'refused',
    id,
    reason: 'no_second_key',
    rules: [],
    commit: COMMIT,
    trust_set_commit: COMMIT,
    base: COMMIT,
    at: '2026-11-22T08:00:00.000Z',
    dispatcher: dispatcher(key),
  }
}

export function incident(key: string, paths: readonly string[] = ['vault/fired/x']): Decision {
  return {
    event: 'incident',
    reason: 'record_foreign',
    paths,
    base: COMMIT,
    at: '2026-11-22T08:00:00.000Z',
    dispatcher: dispatcher(key),
  }
}

export function freeze(key: string): Decision {
  return {
    event: 'freeze',
    reason: 'looking around',
    cause: 'operator',
    root: null,
    base: COMMIT,
    at: '2026-11-22T08:00:00.000Z',
    dispatcher: dispatcher(key),
  }
}
