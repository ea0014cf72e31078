/** Refusals on main of exactly these bytes under this id. */
import type { ActionId } from '../../vault/action/id.js'
import { checkDecision } from '../../vault/audit/check-record.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ReasonCode } from '../../vault/reasons.js'
import { decisionPath, REFUSED_FOLDER, refusedFolder } from '../../vault/record/paths.js'
import type { Ground } from './standing.js'

export interface Refusal {
  /** Folder of the record. */
  readonly record: string
  readonly reason: ReasonCode
  /** The record's blob: a second refusal of the day takes the place of the first. */
  readonly decision: Oid
}

export async function readRefusals(
  ground: Ground,
  id: ActionId,
  blob: Oid,
  sinceDay: string,
): Promise<readonly Refusal[]> {
  const { objects } = ground.repository
  const folder = await objects.entry(ground.main, REFUSED_FOLDER)
  const days = folder === null ? [] : ((await objects.tree(folder.oid)) ?? [])
  const refusals: Refusal[] = []
  for (const day of days.filter(({ name }) => name >= sinceDay)) {
    const entry = await objects.entry(ground.main, decisionPath(day.name, id, blob))
    const reason = entry === null ? null : await reasonOf(ground, entry.oid, id)
    if (entry !== null && reason !== null)
      refusals.push({ record: refusedFolder(day.name, id, blob), reason, decision: entry.oid })
  }
  return refusals
}

/** Null for a record that does not hold, or is hearsay. */
async function reasonOf(
  { repository, verifier, needsKnownKey }: Ground,
  decision: Oid,
  id: ActionId,
): Promise<ReasonCode | null> {
  const read = await repository.objects.blob(decision, LIMITS.recordBytes)
  const checked = read.kind === 'blob' ? checkDecision(read.bytes, verifier) : null
  if (checked?.kind !== 'held' || (needsKnownKey && !checked.isKnownKey)) return null
  const { predicate } = checked
  return predicate.event === 'refused' && predicate.id === id ? predicate.reason : null
}
