/** An action that is over: fired, or refused on main. Read from its records, whose signatures are `verify`'s to check; but where keys are pinned, no other key says how it ended. */
import type { Repository } from '../../lib/git/port.js'
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import { checkOutcomeAlone } from '../../vault/audit/check-record.js'
import { LIMITS } from '../../vault/limits.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { REASONS } from '../../vault/reasons.js'
import { decodeRecord } from '../../vault/record/decode.js'
import { DECISION_FILE, FIRED_FOLDER, firedFolder, REFUSED_FOLDER } from '../../vault/record/paths.js'
import { DECISION_TYPE, type Decision } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Rule } from '../../vault/rule.js'
import { TIERS, type Tier } from '../../vault/tier.js'
import { readClaimEnd, readIntent } from '../observe/claim-end.js'
import type { ActionStatus } from './action-status.js'

const NO_KEYS = { knows: () => false, verify: () => false }

export async function endedAction(
  name: string,
  repository: Repository,
  { main }: Pick<Snapshot, 'main'>,
  verifier: RecordVerifier,
): Promise<ActionStatus | null> {
  const id = parseActionId(name)
  if (id === null) return null
  for (const day of await daysOf(repository, main, FIRED_FOLDER)) {
    if ((await repository.objects.entry(main, firedFolder(day, id))) !== null)
      return fired(id, day, repository, main, verifier)
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
  verifier: RecordVerifier,
): Promise<ActionStatus | null> {
  const { objects } = repository
  const intent = await readIntent(objects, main, { day, id }, verifier)
  if (intent === null) return null
  const told = { day, id, intent, needsKnownKey: intent.isKnownKey }
  const end = await readClaimEnd(objects, main, told, (found) =>
    checkOutcomeAlone(found, { id, sha256: intent.sha256 }, verifier),
  )
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

type Refused = Extract<Decision, { event: 'refused' }>

/** Of several of that day the last one. */
async function refused(
  id: ActionId,
  day: string,
  repository: Repository,
  main: Snapshot['main'],
): Promise<ActionStatus | null> {
  const folder = `${REFUSED_FOLDER}/${day}`
  const entry = await repository.objects.entry(main, folder)
  const names = entry === null ? [] : ((await repository.objects.tree(entry.oid)) ?? []).map((item) => item.name)
  let last: { readonly record: string; readonly decision: Refused } | null = null
  for (const name of names.filter((item) => item.startsWith(`${id}-`) && item.length === id.length + 13)) {
    const record = `${folder}/${name}`
    const decision = await readDecision(repository, main, `${record}/${DECISION_FILE}`)
    if (decision?.event !== 'refused' || decision.id !== id) continue
    if (last === null || decision.at > last.decision.at) last = { record, decision }
  }
  return last === null ? null : refusedStatus(id, last.record, last.decision)
}

function refusedStatus(id: ActionId, record: string, { reason, rules }: Refused): ActionStatus {
  return {
    id,
    tier: tierOf(rules),
    state: 'refused',
    reason,
    who: REASONS[reason].who,
    rules,
    remedy: `${REASONS[reason].remedy} It was taken off main: first it must be requested again, from the current main.`,
    record,
    judgement: null,
  }
}

/** A refusal's record has the rules only; the last one that gave a tier is what it came to. */
function tierOf(rules: readonly Rule[]): Tier {
  const given = rules.flatMap(({ gave }) => TIERS.filter((tier) => tier === gave))
  return given.at(-1) ?? 'high'
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

async function readDecision(repository: Repository, main: Snapshot['main'], path: string): Promise<Decision | null> {
  const entry = await repository.objects.entry(main, path)
  const read = entry === null ? null : await repository.objects.blob(entry.oid, LIMITS.recordBytes)
  const decoded = read?.kind === 'blob' ? decodeRecord(read.bytes, NO_KEYS) : null
  if (decoded?.kind !== 'unknown_key' || decoded.statement.predicateType !== DECISION_TYPE) return null
  return decoded.statement.predicate
}
