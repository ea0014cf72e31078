/**
 * Which ends of a claim were told already, whatever became of the records since: a push that was given up may have arrived,
 * from before a crash even; and a place that somebody emptied is not free, because what lay there is put back (law 8).
 */
import { MissingObject } from '../../lib/git/missing-object.js'
import type { Objects } from '../../lib/git/port.js'
import { checkOutcome } from '../../vault/audit/check-record.js'
import { RECORD_MODE } from '../../vault/audit/record-file.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ClaimFact } from '../../vault/plan/snapshot.js'
import { lateOutcomePath, outcomePath } from '../../vault/record/paths.js'
import type { DispatcherReference } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { UncheckedRecords } from './unchecked-records.js'

export interface Told {
  readonly byUs: boolean
  readonly byOthers: boolean
  /** Where something lies or is to be put back that a key which nobody knows signed: it is kept there (decision 0008). */
  readonly taken: ReadonlySet<string>
}

export class ToldOutcomes {
  constructor(
    private readonly objects: Objects,
    private readonly unchecked: UncheckedRecords,
    private readonly verifier: RecordVerifier,
  ) {}

  async of(claim: ClaimFact, action: Uint8Array, base: Oid, self: DispatcherReference): Promise<Told> {
    const { id, day } = claim
    let byUs = false
    let byOthers = false
    const taken = new Set<string>()
    const first = outcomePath(day, id)
    const paths = [first, lateOutcomePath(day, id, self.instance)]
    const places = await Promise.all(paths.map(async (path) => ({ path, blobs: await this.#blobsAt(base, path) })))
    for (const { path, blobs } of places) {
      for (const blob of blobs) {
        const read = await this.objects.blob(blob, LIMITS.recordBytes)
        // Unread it might be ours, and what is told twice must not differ: it waits (law 2).
        if (read.kind === 'missing') throw new MissingObject(blob)
        if (read.kind !== 'blob') continue
        const told = checkOutcome(read.bytes, action, { id, sha256: claim.intentSha256 }, this.verifier)
        if (told.kind !== 'held') continue
        const { instance } = told.predicate.dispatcher
        if (told.isKnownKey && told.keyId === self.key && instance === self.instance) byUs = true
        else if (told.isKnownKey) byOthers = true
        // Where it poses as the claimer's, or lies under another's name, it is not kept.
        else if (instance !== claim.intent.dispatcher.instance && (path === first || instance === self.instance))
          taken.add(path)
      }
    }
    return { byUs, byOthers, taken }
  }

  /** What lies there, and what did when records were checked last with nothing to undo, or since: then all was in its place. */
  async #blobsAt(base: Oid, path: string): Promise<ReadonlySet<Oid>> {
    const entry = await this.objects.entry(base, path)
    const brought = (await this.unchecked.at(base, path)).flatMap(({ before, after }) => [before, after])
    // What is no plain file is no record, and is not kept (law 8).
    return new Set([entry, ...brought].flatMap((each) => (each?.mode === RECORD_MODE ? [each.oid] : [])))
  }
}
