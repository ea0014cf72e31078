/** Reads what pull requests are owed: claims that were made from them, and how those ended. */
import type { Objects } from '../../lib/git/port.js'
import { parseActionId } from '../../vault/action/id.js'
import { checkOutcomeAlone } from '../../vault/audit/check-record.js'
import type { OwedFact } from '../../vault/forge/sight.js'
import type { Oid } from '../../vault/oid.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { readClaimEnd, readIntent } from './claim-end.js'

/** Null where main has no such claim, or not one by a known key. */
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
  if (!intent?.isKnownKey) return null
  const told = { day: claim.day, id, intent, needsKnownKey: true }
  const outcome = await readClaimEnd(objects, main, told, (bytes) =>
    checkOutcomeAlone(bytes, { id, sha256: intent.sha256 }, verifier),
  )
  return { day: claim.day, intent: intent.predicate, outcome }
}
