/** What each record looks like on main: files, subject and trailers. Statements are signed here. */
import type { FileEdit, Objects } from '../../lib/git/port.js'
import { inBatches } from '../../lib/in-batches.js'
import type { RunEnd } from '../../lib/runner/port.js'
import type { RecordSigner } from '../../lib/signing/port.js'
import { sha256Hex } from '../../vault/digest.js'
import { type Change, sameEntry } from '../../vault/git-facts.js'
import type { Oid } from '../../vault/oid.js'
import type { ClaimFact, FreezeCause, Snapshot } from '../../vault/plan/snapshot.js'
import type { ClaimStep, RefuseStep, UndoStep } from '../../vault/plan/step.js'
import { approvedBy } from '../../vault/prose/second-key.js'
import type { LedgerEvent } from '../../vault/record/decision.js'
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
  type Statement,
} from '../../vault/record/statement.js'
import { blobSubject, commitSubject } from '../../vault/record/subject.js'
import { dayOf, timestampOf } from '../../vault/record/time.js'
import { readmeEdit } from './actions-readme.js'
import type { Entry } from './entry.js'
import { clipped, INCIDENT_PATHS, isNameable, TRAILER_CHARS } from './foreign-paths.js'
import { hasRecords } from './has-records.js'
import type { ToldOutcomes } from './told-outcomes.js'
import type { ToldRefusals } from './told-refusals.js'
import type { UncheckedRecords } from './unchecked-records.js'

export interface Scribe {
  readonly signer: RecordSigner
  readonly dispatcher: DispatcherReference
  readonly objects: Objects
  readonly unchecked: UncheckedRecords
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
  const sealed = sealing(() => intentStatement(asked.bytes, intent), scribe)
  const entry: Entry = {
    subject: `claim ${judgement.tier} ${id}`,
    noun: 'claim',
    trailers: [
      ['Action-Id', id],
      ['Tier', judgement.tier],
      ['Formula', asked.formula.name],
      ['Approved-By', approvedBy(intent.evidence)],
    ],
    decidedOn: snapshot.main,
    patient: false,
    // Whatever is known of used ids: a record is never written over (law 8).
    edits: async (base) => {
      if (await hasRecords(scribe.objects, base, { day, id })) throw new Error('it was claimed before')
      return [
        { kind: 'place', path: actionPath(day, id), mode: '100644', oid: asked.blob },
        { kind: 'write', path: intentPath(day, id), bytes: sealed.bytes() },
        ...(step.waiting === null ? [] : [{ kind: 'delete' as const, path: step.waiting.path }]),
        ...readmeEdit(snapshot),
      ]
    },
  }
  const claim: ClaimFact = {
    id,
    day,
    intent,
    blob: asked.blob,
    get intentSha256() {
      return sha256Hex(sealed.bytes())
    },
    state: 'noted',
    idempotent: asked.formula.idempotent,
  }
  return { entry, claim }
}

export function outcomeEntry(
  claim: ClaimFact,
  end: RunEnd,
  action: Uint8Array,
  scribe: Scribe,
  told: ToldOutcomes,
): Entry {
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
  const sealed = sealedNow(() => outcomeStatement(action, outcome), scribe)
  return {
    subject: `outcome ${end.status} ${id}`,
    noun: 'outcome',
    trailers: [
      ['Action-Id', id],
      ['Status', end.status],
    ],
    decidedOn: null,
    patient: true,
    // Another instance may have called it indeterminate meanwhile: the late truth goes beside that, never over it. That nothing was heard is no news beside an end.
    edits: async (base) => {
      const { byUs, byOthers, taken } = await told.of(claim, action, base, scribe.dispatcher)
      if (byUs || (byOthers && end.reason === 'taken_over')) return []
      const first = outcomePath(day, id)
      const isTaken = byOthers || taken.has(first) || (await scribe.objects.entry(base, first)) !== null
      const path = isTaken ? lateOutcomePath(day, id, scribe.dispatcher.instance) : first
      // Somebody's forgery may hold both places against a takeover: the claim stays in flight, for its claimer to end.
      return taken.has(path) ? [] : factEdits(base, { kind: 'write', path, bytes: sealed.bytes() }, scribe)
    },
  }
}

export function refusalEntry(step: RefuseStep, snapshot: Snapshot, scribe: Scribe, told: ToldRefusals): Entry {
  const { waiting, judgement, reason } = step
  const { stem, path, entry: file } = waiting
  const day = dayOf(snapshot.now)
  const record = decisionPath(day, stem, file.oid)
  const sealed = sealing(() => refusalOf(step, snapshot, scribe), scribe)
  const tidied: FileEdit[] = [{ kind: 'delete', path }, ...readmeEdit(snapshot)]
  const refused: FileEdit[] =
    waiting.file.kind === 'none'
      ? []
      : [{ kind: 'place', path: refusedActionPath(day, stem, file.oid), mode: '100644', oid: file.oid }]
  return {
    subject: `refuse ${judgement.tier} ${stem.slice(0, 100)}`,
    noun: 'refusal',
    trailers: [
      ['Action-Id', stem.slice(0, TRAILER_CHARS)],
      ['Tier', judgement.tier],
      ['Reason', reason],
    ],
    decidedOn: snapshot.main,
    patient: false,
    // Records are append-only: the same file, refused again on the same day, has its record.
    edits: async (base) => {
      // Refused by a tick that failed after it, on the day before even: nothing is left to say, and of another file nothing was decided.
      if (!sameEntry(await scribe.objects.entry(base, path), file)) return []
      if (await told.isTold(base, record, file.oid)) return tidied
      const edits = await factEdits(base, { kind: 'write', path: record, bytes: sealed.bytes() }, scribe)
      return [...tidied, ...refused, ...edits]
    },
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
  const incident = () =>
    decisionStatement(commitSubject(scribe.branch, snapshot.main), {
      event: 'incident',
      reason: step.changes[0]?.code ?? 'record_foreign',
      // A name in git has no end: what a record can hold is enough to find the rest in the commit.
      paths: paths.slice(0, INCIDENT_PATHS).map(clipped),
      base: snapshot.main,
      at: timestampOf(snapshot.now),
      dispatcher: scribe.dispatcher,
    })
  const sealed = sealing(incident, scribe)
  // A tree made by hand may hold names that no commit can be told to remove; they must not keep the rest from being undone.
  const changes = step.changes.map(({ change }) => change).filter(({ path }) => isNameable(path))
  return {
    subject: `incident: ${step.changes.length} foreign ${step.changes.length === 1 ? 'change' : 'changes'} to records undone`,
    noun: 'incident',
    trailers: [['Incident', `${paths.length} paths under the record folders`]],
    decidedOn: snapshot.main,
    patient: false,
    edits: async (base) => {
      // Nothing of it can be undone: another incident in each tick would help nobody.
      if (changes.length === 0) throw new Error('git cannot name what was added: take it away by hand')
      const left = base === snapshot.main ? changes : await withoutOwn(changes, base, scribe.objects)
      return [...left.map(undoEdit), eventEdit(snapshot.now, 'incident', sealed.bytes())]
    },
  }
}

export function freezeEntry(
  event: 'freeze' | 'unfreeze',
  why: { readonly reason: string; readonly cause: FreezeCause; readonly root: Oid | null },
  at: { readonly main: Oid; readonly now: number },
  scribe: Scribe,
): Entry {
  const decision = () =>
    decisionStatement(commitSubject(scribe.branch, at.main), {
      event,
      ...why,
      base: at.main,
      at: timestampOf(at.now),
      dispatcher: scribe.dispatcher,
    })
  const sealed = sealing(decision, scribe)
  return {
    subject: `${event} by ${scribe.dispatcher.name}`,
    noun: event,
    trailers: [['Reason', why.reason.slice(0, 500)]],
    decidedOn: null,
    patient: false,
    // It may be there already, by an earlier push whose answer was lost; or was, until somebody took it away: then it is put back.
    edits: async (base) => {
      const edit = eventEdit(at.now, event, sealed.bytes())
      const { objects, unchecked } = scribe
      const isTold = (await objects.entry(base, edit.path)) !== null || (await unchecked.at(base, edit.path)).length > 0
      return isTold ? [] : factEdits(base, edit, scribe)
    },
  }
}

/** Law 8: what lies where the record goes, or wants its folder, is undone and told first; until then the record waits. */
async function factEdits(base: Oid, edit: FileEdit, { objects, unchecked }: Scribe): Promise<readonly FileEdit[]> {
  if (await unchecked.isInTheWay(base, edit.path)) throw new Error('something lies in the place of its folder')
  if ((await objects.entry(base, edit.path)) !== null) throw new Error('something lies in its place')
  return [edit]
}

/** Nobody but this dispatcher wrote on main since: what it laid in the place of what was added is a record, and stays. */
async function withoutOwn(changes: readonly Change[], base: Oid, objects: Objects): Promise<readonly Change[]> {
  const left: Change[] = []
  const look = async (change: Change) => ({ change, there: await objects.entry(base, change.path) })
  for await (const { change, there } of inBatches(changes, look))
    if (change.before !== null || sameEntry(there, change.after)) left.push(change)
  return left
}

function undoEdit({ path, before }: Change): FileEdit {
  return before === null ? { kind: 'delete', path } : { kind: 'place', path, ...before }
}

function eventEdit(atMs: number, event: LedgerEvent, bytes: Uint8Array): FileEdit & { readonly kind: 'write' } {
  return { kind: 'write', path: eventPath(atMs, event, sha256Hex(bytes)), bytes }
}

/**
 * Signed when it is first asked for, and once: what cannot be sealed (a name of a megabyte, say) fails when the recorder
 * asks for its edits, and so fails alone.
 */
function sealing(statement: () => Statement, { signer }: Scribe): { bytes(): Uint8Array } {
  let sealed: Uint8Array | null = null
  return {
    bytes: () => {
      sealed ??= sealRecord(statement(), signer)
      return sealed
    },
  }
}

/** One by one, as runs end: many that are signed in one go keep the runs after them waiting. */
function sealedNow(statement: () => Statement, scribe: Scribe): { bytes(): Uint8Array } {
  const sealed = sealing(statement, scribe)
  try {
    sealed.bytes()
  } catch {
    // It fails alone, when the recorder asks for it.
  }
  return sealed
}
