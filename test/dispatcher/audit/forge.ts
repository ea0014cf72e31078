/** What a misled or stolen dispatcher would leave on main: claims that are signed well, and are wrong. */
import type { RecordSigner } from '../../../lib/signing/port.js'
import { decodeBase64 } from '../../../vault/base64.js'
import { sha256Hex } from '../../../vault/digest.js'
import type { Oid } from '../../../vault/oid.js'
import { canonicalJson } from '../../../vault/record/canonical-json.js'
import { preAuthEncoding, renderEnvelope } from '../../../vault/record/envelope.js'
import { sealRecord } from '../../../vault/record/seal.js'
import {
  type Evidence,
  type Intent,
  type IntentStatement,
  intentStatement,
  type Outcome,
  outcomeStatement,
  PAYLOAD_TYPE,
} from '../../../vault/record/statement.js'
import type { Files, TestKey } from '../../support/git-repo.js'
import type { ActionSpec } from '../../support/ops-repo.js'
import type { AuditedRepo } from './audited-repo.js'

/** What a record file says, whoever signed it. */
export function statementIn(text: string): IntentStatement {
  const { payload } = JSON.parse(text) as { payload: string }
  return JSON.parse(new TextDecoder().decode(decodeBase64(payload) ?? undefined)) as IntentStatement
}

/** Signs anything, also what no schema allows. */
export function signRaw(statement: unknown, signer: RecordSigner): string {
  const payload = canonicalJson(statement)
  const signature = signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload))
  return new TextDecoder().decode(
    renderEnvelope({ payloadType: PAYLOAD_TYPE, payload, keyId: signer.keyId, signature }),
  )
}

export interface Forged {
  readonly commit: Oid
  readonly folder: string
  readonly action: Uint8Array
  readonly intentText: string
}

const DAY = '2026-11-22'

/** One that a dispatcher would write for a low action on this branch, but for what `more` says otherwise. */
export async function forgeClaim(
  repo: AuditedRepo,
  branch: string,
  id: string,
  more: Partial<Intent> = {},
  spec: ActionSpec = {},
  extra: Files = {},
): Promise<Forged> {
  const { remote } = repo.ops
  const formula = spec.formula ?? 'touch'
  const model = statementIn(await repo.read(`${await repo.folderOf('low-1')}/intent.json`)).predicate
  const action = new TextEncoder().encode(repo.ops.action(id, spec))
  const text = await repo.read(`formulas/${formula}.toml`, branch)
  const intent: Intent = {
    ...model,
    id: id as Intent['id'],
    formula,
    trust_set: {
      ...model.trust_set,
      formula: `formulas/${formula}.toml`,
      formula_sha256: sha256Hex(new TextEncoder().encode(text)),
    },
    base: (await remote.ref(branch))!,
    request_head: null,
    nonce: `nonce-${id}`,
    ...more,
  }
  const intentText = new TextDecoder().decode(sealRecord(intentStatement(action, intent), repo.signer))
  const folder = `vault/fired/${DAY}/${id}`
  const waits = (await remote.read(branch, `vault/actions/${id}.toml`)) !== null
  const files: Files = {
    [`${folder}/action.toml`]: action,
    [`${folder}/intent.json`]: intentText,
    ...(waits ? { [`vault/actions/${id}.toml`]: null } : {}),
    ...extra,
  }
  return { commit: await remote.commit({ branch, files }), folder, action, intentText }
}

export function outcomeOf(
  { action, intentText }: Pick<Forged, 'action' | 'intentText'>,
  signer: RecordSigner,
  more: Partial<Outcome> = {},
): string {
  const intent = statementIn(intentText).predicate
  const outcome: Outcome = {
    id: intent.id,
    intent_sha256: sha256Hex(new TextEncoder().encode(intentText)),
    status: 'succeeded',
    reason: 'ended',
    dry_run: intent.dry_run,
    exit_code: 0,
    failed_step: null,
    started_at: null,
    ended_at: intent.claimed_at,
    outputs: {},
    log_sha256: null,
    log_tail: '',
    external_id: null,
    dispatcher: intent.dispatcher,
    ...more,
  }
  return new TextDecoder().decode(sealRecord(outcomeStatement(action, outcome), signer))
}

/** The evidence that a dispatcher would write for a merge if it did not look. */
export function mergeEvidence(
  merge: Oid,
  parents: readonly [Oid, Oid],
  by: TestKey,
  more: { readonly role?: 'admin' | 'write'; readonly requesters?: readonly string[] } = {},
): Pick<Intent, 'evidence' | 'request_head'> {
  const evidence: Evidence = {
    kind: 'signed_merge',
    merge_commit: merge,
    parents: [...parents],
    merged_by: { principal: by.name, key: by.fingerprint, role: more.role ?? 'admin' },
    requesters: more.requesters ?? ['agent'],
  }
  return { evidence, request_head: parents[1] }
}
