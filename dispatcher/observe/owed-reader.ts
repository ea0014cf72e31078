/** Reads what pull requests are owed: claims that were made from them, and how those ended. */
import type { Objects } from '../../lib/git/port.js'
import { parseActionId } from '../../vault/action/id.js'
import { type Check, checkIntentAlone, checkOutcomeAlone, type Held } from '../../vault/audit/check-record.js'
import type { OwedFact } from '../../vault/forge/sight.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { intentPath, lateOutcomePath, outcomePath } from '../../vault/record/paths.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'

/** Null where main has no such claim (yet), or not one by a known key. */
export async function readOwed(
  objects: Objects,
  main: Oid,
  claim: { readonly id: string; readonly day: string },
  verifier: RecordVerifier,
): Promise<OwedFact | null> {
  const id = parseActionId(claim.id)
  if (id === null) return null
  // What somebody copied here is another claim's, whoever signed it, and its end is not the end of this one.
  const intent = await readHeld(objects, main, intentPath(claim.day, id), (bytes) =>
    checkIntentAlone(bytes, { day: claim.day, id }, verifier),
  )
  if (intent === null) return null
  const outcomeAt = (path: string) =>
    readHeld(objects, main, path, (bytes) => checkOutcomeAlone(bytes, { id, sha256: intent.sha256 }, verifier))
  // Where somebody had laid a file in its place, the true one is beside it.
  const { instance } = intent.predicate.dispatcher
  const outcome =
    (await outcomeAt(outcomePath(claim.day, id))) ?? (await outcomeAt(lateOutcomePath(claim.day, id, instance)))
  return { day: claim.day, intent: intent.predicate, outcome: outcome?.predicate ?? null }
}

async function readHeld<T>(
  objects: Objects,
  main: Oid,
  path: string,
  check: (bytes: Uint8Array) => Check<T>,
): Promise<Held<T> | null> {
  const entry = await objects.entry(main, path)
  const read = entry === null ? null : await objects.blob(entry.oid, LIMITS.recordBytes)
  if (read?.kind !== 'blob') return null
  const checked = check(read.bytes)
  return checked.kind === 'held' && checked.isKnownKey ? checked : null
}
