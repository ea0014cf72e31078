/** A claim as its folder on main tells of it: what was claimed, and how it ended. */
import type { Objects } from '../../lib/git/port.js'
import type { ActionId } from '../../vault/action/id.js'
import { type Check, checkIntentAlone, type Held } from '../../vault/audit/check-record.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { firedFolder, intentPath, OUTCOME_FILE } from '../../vault/record/paths.js'
import type { Intent, Outcome } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'

/** Instances besides the claimer whose word is read: strangers may lay any number of records there, and they are kept. */
const MOST_OTHERS = 64

export interface ToldClaim {
  readonly day: string
  readonly id: ActionId
  readonly intent: Held<Intent>
  /** An end by a key that nobody knows is none. */
  readonly needsKnownKey: boolean
}

/** Whatever lies beside it. @returns null: there is none that holds; its blob may only not be here */
export async function readIntent(
  objects: Objects,
  main: Oid,
  place: { readonly day: string; readonly id: ActionId },
  verifier: RecordVerifier,
): Promise<Held<Intent> | null> {
  const entry = await objects.entry(main, intentPath(place.day, place.id))
  const read = entry === null ? null : await objects.blob(entry.oid, LIMITS.recordBytes)
  const checked = read?.kind === 'blob' ? checkIntentAlone(read.bytes, place, verifier) : null
  return checked?.kind === 'held' ? checked : null
}

/** Whether main has an intent there of which the blob is not in the clone. */
export async function lacksIntent(objects: Objects, main: Oid, day: string, id: ActionId): Promise<boolean> {
  const entry = await objects.entry(main, intentPath(day, id))
  return entry !== null && (await objects.blob(entry.oid, LIMITS.recordBytes)).kind === 'missing'
}

/**
 * Whoever lays a file in the place of an end hides it from nobody: then the true one is beside it, of the instance that
 * claimed it or, where nobody heard of that, of another one.
 * @returns null: no outcome that holds; its blobs may only not be here
 */
export async function readClaimEnd(
  objects: Objects,
  main: Oid,
  { day, id, intent, needsKnownKey }: ToldClaim,
  check: (bytes: Uint8Array) => Check<Outcome>,
): Promise<Outcome | null> {
  const { instance: claimer } = intent.predicate.dispatcher
  const folder = firedFolder(day, id)
  const entry = await objects.entry(main, folder)
  const files = entry === null ? [] : ((await objects.tree(entry.oid)) ?? [])
  const first = files.filter(({ name }) => name === OUTCOME_FILE)
  const beside = files.flatMap((file) => {
    const path = parseRecordPath(`${folder}/${file.name}`)
    return path?.kind === 'late_outcome' ? [{ ...file, instance: path.instance }] : []
  })
  const own = beside.filter(({ instance }) => instance === claimer)
  const others = beside.filter(({ instance }) => instance !== claimer).slice(0, MOST_OTHERS)
  for (const file of [...first, ...own, ...others]) {
    const read = await objects.blob(file.oid, LIMITS.recordBytes)
    const told = read.kind === 'blob' ? check(read.bytes) : null
    if (told?.kind !== 'held' || (needsKnownKey && !told.isKnownKey)) continue
    // Under another's name it is not theirs.
    if (!('instance' in file) || file.instance === told.predicate.dispatcher.instance) return told.predicate
  }
  return null
}
