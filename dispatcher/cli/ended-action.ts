/** An action that is over: fired, or refused on main. Read from its records, whose signatures are `verify`'s to check. */
import type { Repository } from '../../lib/git/port.js'
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import { LIMITS } from '../../vault/limits.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { REASONS } from '../../vault/reasons.js'
import { decodeRecord } from '../../vault/record/decode.js'
import {
  DECISION_FILE,
  FIRED_FOLDER,
  firedFolder,
  intentPath,
  outcomePath,
  REFUSED_FOLDER,
} from '../../vault/record/paths.js'
import { DECISION_TYPE, INTENT_TYPE, OUTCOME_TYPE, type Statement } from '../../vault/record/statement.js'
import type { ActionStatus } from './action-status.js'

const NO_KEYS = { knows: () => false, verify: () => false }

export async function endedAction(
  name: string,
  repository: Repository,
  { main }: Snapshot,
): Promise<ActionStatus | null> {
  const id = parseActionId(name)
  if (id === null) return null
  for (const day of await daysOf(repository, main, FIRED_FOLDER)) {
    if ((await repository.objects.entry(main, firedFolder(day, id))) !== null) return fired(id, day, repository, main)
  }
  for (const day of await daysOf(repository, main, REFUSED_FOLDER)) {
    const found = await refused(id, day, repository, main)
    if (found !== null) return found
  }
  return null
}

async function fired(
  id: ActionId,
  day: string,
  repository: Repository,
  main: Snapshot['main'],
): Promise<ActionStatus | null> {
  const intent = await readStatement(repository, main, intentPath(day, id))
  if (intent?.predicateType !== INTENT_TYPE) return null
  const outcome = await readStatement(repository, main, outcomePath(day, id))
  const end = outcome?.predicateType === OUTCOME_TYPE ? outcome.predicate : null
  const { tier, reason, rules, formula, dispatcher } = intent.predicate
  return {
    id,
    tier,
    state: end === null ? 'running' : 'fired',
    reason: end?.reason ?? reason,
    who: end === null ? 'nobody' : REASONS[end.reason].who,
    formula,
    rules,
    remedy: end === null ? 'Wait for its outcome.' : REASONS[end.reason].remedy,
    ...(end === null ? {} : { status: end.status }),
    record: firedFolder(day, id),
    instance: dispatcher.instance,
    dispatcher: dispatcher.name,
    judgement: null,
  }
}

async function refused(
  id: ActionId,
  day: string,
  repository: Repository,
  main: Snapshot['main'],
): Promise<ActionStatus | null> {
  const folder = `${REFUSED_FOLDER}/${day}`
  const entry = await repository.objects.entry(main, folder)
  const names = entry === null ? [] : ((await repository.objects.tree(entry.oid)) ?? []).map((item) => item.name)
  const found: { readonly record: string; readonly decision: Refused }[] = []
  for (const name of names.filter((item) => item.startsWith(`${id}-`) && item.length === id.length + 13)) {
    const statement = await readStatement(repository, main, `${folder}/${name}/${DECISION_FILE}`)
    const decision = statement?.predicateType === DECISION_TYPE ? statement.predicate : null
    if (decision?.event !== 'refused' || decision.id !== id) continue
    const { reason, rules } = decision
    return {
      id,
      tier: 'high',
      state: 'refused',
      reason,
      who: REASONS[reason].who,
      rules,
      remedy: REASONS[reason].remedy,
      record: `${folder}/${name}`,
      judgement: null,
    }
  }
  return null
}

/** Newest first: what is asked about is mostly new. */
async function daysOf(repository: Repository, main: Snapshot['main'], folder: string): Promise<readonly string[]> {
  const entry = await repository.objects.entry(main, folder)
  const days = entry === null ? [] : ((await repository.objects.tree(entry.oid)) ?? [])
  return days
    .map((day) => day.name)
    .sort()
    .reverse()
}

async function readStatement(repository: Repository, main: Snapshot['main'], path: string): Promise<Statement | null> {
  const entry = await repository.objects.entry(main, path)
  const read = entry === null ? null : await repository.objects.blob(entry.oid, LIMITS.recordBytes)
  if (read?.kind !== 'blob') return null
  const decoded = decodeRecord(read.bytes, NO_KEYS)
  return decoded.kind === 'unknown_key' ? decoded.statement : null
}
