/** Reads what pull requests are owed: claims that were made from them, and how those ended. */
import type { Objects } from '../../lib/git/port.js'
import { parseActionId } from '../../vault/action/id.js'
import type { OwedFact } from '../../vault/forge/sight.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { decodeRecord } from '../../vault/record/decode.js'
import { intentPath, lateOutcomePath, outcomePath } from '../../vault/record/paths.js'
import { INTENT_TYPE, OUTCOME_TYPE, type Statement } from '../../vault/record/statement.js'
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
  const intent = await readStatement(objects, main, intentPath(claim.day, id), verifier)
  if (intent?.predicateType !== INTENT_TYPE) return null
  // Where somebody had laid a file in its place, the true one is beside it.
  const { instance } = intent.predicate.dispatcher
  const outcome =
    (await readStatement(objects, main, outcomePath(claim.day, id), verifier)) ??
    (await readStatement(objects, main, lateOutcomePath(claim.day, id, instance), verifier))
  return {
    day: claim.day,
    intent: intent.predicate,
    outcome: outcome?.predicateType === OUTCOME_TYPE ? outcome.predicate : null,
  }
}

async function readStatement(
  objects: Objects,
  main: Oid,
  path: string,
  verifier: RecordVerifier,
): Promise<Statement | null> {
  const entry = await objects.entry(main, path)
  const read = entry === null ? null : await objects.blob(entry.oid, LIMITS.recordBytes)
  if (read?.kind !== 'blob') return null
  const decoded = decodeRecord(read.bytes, verifier)
  return decoded.kind === 'valid' ? decoded.statement : null
}
