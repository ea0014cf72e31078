/** What each record looks like on main: files, subject and trailers. Statements are signed here. */
import type { FileEdit, Objects } from '../../lib/git/port.js'
import type { RunEnd } from '../../lib/runner/port.js'
import type { RecordSigner } from '../../lib/signing/port.js'
import { sha256Hex } from '../../vault/digest.js'
import type { Oid } from '../../vault/oid.js'
import type { ClaimFact, FreezeCause, Snapshot } from '../../vault/plan/snapshot.js'
import type { ClaimStep, RefuseStep, UndoStep } from '../../vault/plan/step.js'
import {
  actionPath,
  decisionPath,
  eventPath,
  intentPath,
  lateOutcomePath,
  outcomePath,
  refusedActionPath,
} from '../../vault/record/paths.js'
import { sealRecord } from '../../vault/record/seal.js'
import {
  type DecisionStatement,
  type DispatcherReference,
  decisionStatement,
  type Intent,
  intentStatement,
  type Outcome,
  outcomeStatement,
} from '../../vault/record/statement.js'
import { blobSubject, commitSubject } from '../../vault/record/subject.js'
import { dayOf, timestampOf } from '../../vault/record/time.js'
import { ACTIONS_README } from '../observe/waiting-reader.js'
import { ACTIONS_README_TEXT } from './actions-readme.js'
import type { Entry } from './entry.js'

export interface Scribe {
  readonly signer: RecordSigner
  readonly dispatcher: DispatcherReference
  readonly objects: Objects
  readonly branch: string
}

export interface Claimed {
  readonly entry: Entry
  readonly claim: ClaimFact
}

export function claimEntry(step: ClaimStep, intent: Intent, snapshot: Snapshot, scribe: Scribe): Claimed {
  const { asked, judgement } = step
  const { id } = asked.action
  const day = dayOf(Date.parse(intent.claimed_at))
  const sealed = sealRecord(intentStatement(asked.bytes, intent), scribe.signer)
  const edits: FileEdit[] = [
    { kind: 'place', path: actionPath(day, id), mode: '100644', oid: asked.blob },
    { kind: 'write', path: intentPath(day, id), bytes: sealed },
    ...(step.waiting === null ? [] : [{ kind: 'delete' as const, path: step.waiting.path }]),
    ...readmeEdit(snapshot),
  ]
  const entry: Entry = {
    subject: `claim ${judgement.tier} ${id}`,
    noun: 'claim',
    trailers: [
      ['Action-Id', id],
      ['Tier', judgement.tier],
      ['Formula', asked.formula.name],
      ['Approved-By', approvedBy(intent)],
    ],
    decidedOn: snapshot.main,
    patient: false,
    edits: async () => edits,
  }
  const claim: ClaimFact = {
    id,
    day,
    intent,
    blob: asked.blob,
    intentSha256: sha256Hex(sealed),
    state: 'noted',
    idempotent: asked.formula.idempotent,
  }
  return { entry, claim }
}

export function outcomeEntry(claim: ClaimFact, end: RunEnd, action: Uint8Array, scribe: Scribe): Entry {
  const { id, day, intent } = claim
  const outcome: Outcome = {
    id,
    intent_sha256: claim.intentSha256,
    status: end.status,
    reason: end.reason,
    dry_run: intent.dry_run,
    exit_code: end.exitCode,
    failed_step: end.failedStep,
    started_at: end.startedAt === null ? null : timestampOf(end.startedAt),
    ended_at: timestampOf(end.endedAt),
    outputs: end.outputs,
    log_sha256: end.logSha256,
    log_tail: end.logTail,
    external_id: end.externalId,
    dispatcher: scribe.dispatcher,
  }
  const bytes = sealRecord(outcomeStatement(action, outcome), scribe.signer)
  return {
    subject: `outcome ${end.status} ${id}`,
    noun: 'outcome',
    trailers: [
      ['Action-Id', id],
      ['Status', end.status],
    ],
    decidedOn: null,
    patient: true,
    // Another instance may have called it indeterminate meanwhile: the late truth goes beside that, never over it.
    edits: async (base) => {
      const first = outcomePath(day, id)
      const path =
        (await scribe.objects.entry(base, first)) === null
          ? first
          : lateOutcomePath(day, id, scribe.dispatcher.instance)
      return [{ kind: 'write', path, bytes }]
    },
  }
}

export function refusalEntry(step: RefuseStep, snapshot: Snapshot, scribe: Scribe): Entry {
  const { waiting, judgement, reason } = step
  const { stem, path, entry: file } = waiting
  const day = dayOf(snapshot.now)
  const record = decisionPath(day, stem, file.oid)
  const bytes = sealRecord(refusalOf(step, snapshot, scribe), scribe.signer)
  const tidied: FileEdit[] = [{ kind: 'delete', path }, ...readmeEdit(snapshot)]
  const refused: FileEdit[] =
    waiting.file.kind === 'none'
      ? []
      : [{ kind: 'place', path: refusedActionPath(day, stem, file.oid), mode: '100644', oid: file.oid }]
  return {
    subject: `refuse ${judgement.tier} ${stem.slice(0, 100)}`,
    noun: 'refusal',
    trailers: [
      ['Action-Id', stem],
      ['Tier', judgement.tier],
      ['Reason', reason],
    ],
    decidedOn: snapshot.main,
    patient: false,
    // Records are append-only: the same file, refused again on the same day, has its record.
    edits: async (base) =>
      (await scribe.objects.entry(base, record)) === null
        ? [...tidied, ...refused, { kind: 'write', path: record, bytes }]
        : tidied,
  }
}

function refusalOf({ waiting, judgement, reason }: RefuseStep, snapshot: Snapshot, scribe: Scribe): DecisionStatement {
  return decisionStatement(blobSubject(waiting.path, waiting.entry.oid), {
    event: 'refused',
    id: waiting.stem,
    reason,
    rules: judgement.rules,
    commit: waiting.merge?.commit ?? null,
    trust_set_commit: snapshot.trust.inForce.commit,
    base: snapshot.main,
    at: timestampOf(snapshot.now),
    dispatcher: scribe.dispatcher,
  })
}

/** Law 8: what was changed is put back, what was added is taken away, and that it happened is recorded. */
export function undoEntry(step: UndoStep, snapshot: Snapshot, scribe: Scribe): Entry {
  const paths = step.changes.map(({ change }) => change.path)
  const incident = decisionStatement(commitSubject(scribe.branch, snapshot.main), {
    event: 'incident',
    reason: step.changes[0]?.code ?? 'record_foreign',
    paths: paths.slice(0, 100),
    base: snapshot.main,
    at: timestampOf(snapshot.now),
    dispatcher: scribe.dispatcher,
  })
  const bytes = sealRecord(incident, scribe.signer)
  const changes = step.changes.map(({ change }) => change)
  // What was added goes first: it may be a folder in the place of a file, or a file in that of a folder.
  const edits: FileEdit[] = [
    ...changes.flatMap(({ path, before }) => (before === null ? [{ kind: 'delete' as const, path }] : [])),
    ...changes.flatMap(({ path, before }) => (before === null ? [] : [{ kind: 'place' as const, path, ...before }])),
  ]
  return {
    subject: `incident: ${step.changes.length} foreign ${step.changes.length === 1 ? 'change' : 'changes'} to records undone`,
    noun: 'incident',
    trailers: [['Incident', `${paths.length} paths under the record folders`]],
    decidedOn: snapshot.main,
    patient: false,
    edits: async () => [
      ...edits,
      { kind: 'write', path: eventPath(snapshot.now, 'incident', sha256Hex(bytes)), bytes },
    ],
  }
}

export function freezeEntry(
  event: 'freeze' | 'unfreeze',
  why: { readonly reason: string; readonly cause: FreezeCause; readonly root: Oid | null },
  at: { readonly main: Oid; readonly now: number },
  scribe: Scribe,
): Entry {
  const decision = decisionStatement(commitSubject(scribe.branch, at.main), {
    event,
    ...why,
    base: at.main,
    at: timestampOf(at.now),
    dispatcher: scribe.dispatcher,
  })
  const bytes = sealRecord(decision, scribe.signer)
  return {
    subject: `${event} by ${scribe.dispatcher.name}`,
    noun: event,
    trailers: [['Reason', why.reason.slice(0, 500)]],
    decidedOn: null,
    patient: false,
    edits: async () => [{ kind: 'write', path: eventPath(at.now, event, sha256Hex(bytes)), bytes }],
  }
}

/** Without a file in it, git drops `vault/actions/`, and a merge would follow the folder to where its last file went (field failure 48). */
function readmeEdit(snapshot: Snapshot): FileEdit[] {
  if (snapshot.dispatcher.hasActionsReadme) return []
  return [{ kind: 'write', path: ACTIONS_README, bytes: new TextEncoder().encode(ACTIONS_README_TEXT) }]
}

function approvedBy(intent: Intent): string {
  if (intent.evidence.kind === 'policy') return 'policy (auto-approved: low blast radius)'
  const { principal, role } = intent.evidence.merged_by
  return `${principal} (${role}, signed merge ${intent.evidence.merge_commit.slice(0, 12)})`
}
