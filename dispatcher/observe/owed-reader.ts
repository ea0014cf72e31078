/** Reads what pull requests are owed: claims that were made from them, and how those ended. */
import type { Objects } from '../../lib/git/port.js'
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import { checkIntentAlone, checkOutcomeAlone, type Held } from '../../vault/audit/check-record.js'
import type { OwedFact } from '../../vault/forge/sight.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { intentPath } from '../../vault/record/paths.js'
import type { Intent } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { readClaimEnd } from './claim-end.js'

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
  const intent = await readIntent(objects, main, { day: claim.day, id }, verifier)
  if (intent === null) return null
  const { instance } = intent.predicate.dispatcher
  const outcome = await readClaimEnd(objects, main, { day: claim.day, id, instance }, (bytes) => {
    const checked = checkOutcomeAlone(bytes, { id, sha256: intent.sha256 }, verifier)
    return checked.kind === 'held' && checked.isKnownKey ? checked.predicate : null
  })
  return { day: claim.day, intent: intent.predicate, outcome }
}

async function readIntent(
  objects: Objects,
  main: Oid,
  place: { readonly day: string; readonly id: ActionId },
  verifier: RecordVerifier,
): Promise<Held<Intent> | null> {
  const entry = await objects.entry(main, intentPath(place.day, place.id))
  const read = entry === null ? null : await objects.blob(entry.oid, LIMITS.recordBytes)
  if (read?.kind !== 'blob') return null
  const checked = checkIntentAlone(read.bytes, place, verifier)
  return checked.kind === 'held' && checked.isKnownKey ? checked : null
}
