/**
 * Which ends of a claim were told already, whatever became of the records since: a push that was given up may have arrived,
 * from before a crash even; and a place that somebody emptied is not free, because what lay there is put back (law 8).
 */
import type { Repository } from '../../lib/git/port.js'
import { checkOutcome } from '../../vault/audit/check-record.js'
import { RECORD_MODE } from '../../vault/audit/record-file.js'
import type { Change } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ClaimFact } from '../../vault/plan/snapshot.js'
import { FIRED_FOLDER, lateOutcomePath, outcomePath } from '../../vault/record/paths.js'
import type { DispatcherReference } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { View } from '../state/view.js'

export interface Told {
  readonly byUs: boolean
  readonly byOthers: boolean
  /** Where something lies or is to be put back that a key which nobody knows signed: it is kept there (decision 0008). */
  readonly taken: ReadonlySet<string>
}

type BlobsByPath = ReadonlyMap<string, readonly Oid[]>

const NOTHING: BlobsByPath = new Map()

export class ToldOutcomes {
  /** What came after the main that was checked last: asked once for all that goes into one commit. */
  #since: { readonly from: Oid; readonly to: Oid; readonly blobs: Promise<BlobsByPath> } | null = null

  /** @param view what is known of main; null: nothing yet */
  constructor(
    private readonly repository: Pick<Repository, 'history' | 'objects'>,
    private readonly verifier: RecordVerifier,
    private readonly view: () => Pick<View, 'checked' | 'inFlight'> | null,
  ) {}

  async of(claim: ClaimFact, action: Uint8Array, base: Oid, self: DispatcherReference): Promise<Told> {
    const { id, day } = claim
    let byUs = false
    let byOthers = this.view()?.inFlight[id]?.isTakenOver === true
    const taken = new Set<string>()
    const paths = [outcomePath(day, id), lateOutcomePath(day, id, self.instance)]
    const places = await Promise.all(paths.map(async (path) => ({ path, blobs: await this.#blobsAt(base, path) })))
    for (const { path, blobs } of places) {
      for (const blob of blobs) {
        const read = await this.repository.objects.blob(blob, LIMITS.recordBytes)
        if (read.kind !== 'blob') continue
        const told = checkOutcome(read.bytes, action, { id, sha256: claim.intentSha256 }, this.verifier)
        if (told.kind !== 'held') continue
        const { instance } = told.predicate.dispatcher
        if (told.isKnownKey && told.keyId === self.key && instance === self.instance) byUs = true
        else if (told.isKnownKey) byOthers = true
        // Where it poses as the claimer's it is not kept.
        else if (instance !== claim.intent.dispatcher.instance) taken.add(path)
      }
    }
    return { byUs, byOthers, taken }
  }

  /** What lies there, and what did since records were checked last with nothing to undo; before that it is in the view. */
  async #blobsAt(base: Oid, path: string): Promise<ReadonlySet<Oid>> {
    const entry = await this.repository.objects.entry(base, path)
    const brought = (await this.#broughtSince(base)).get(path) ?? []
    return new Set(entry?.mode === RECORD_MODE ? [entry.oid, ...brought] : brought)
  }

  async #broughtSince(base: Oid): Promise<BlobsByPath> {
    const from = this.view()?.checked ?? null
    if (from === null || from === base) return NOTHING
    if (this.#since?.from !== from || this.#since.to !== base)
      this.#since = { from, to: base, blobs: this.#changes(from, base).then(blobsByPath) }
    return await this.#since.blobs
  }

  async #changes(from: Oid, to: Oid): Promise<readonly Change[]> {
    const { history } = this.repository
    if (!(await history.isOnFirstParentLine(from, to))) return []
    return (await history.line(from, to, [FIRED_FOLDER])).flatMap(({ changes }) => changes)
  }
}

function blobsByPath(changes: readonly Change[]): BlobsByPath {
  const blobs = new Map<string, Oid[]>()
  for (const { path, after } of changes) {
    const known = blobs.get(path)
    // What is no plain file is no record, and is not kept (law 8).
    if (after?.mode !== RECORD_MODE) continue
    if (known === undefined) blobs.set(path, [after.oid])
    else known.push(after.oid)
  }
  return blobs
}
