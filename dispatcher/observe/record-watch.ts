/**
 * Watches the record folders of main (law 8): what a dispatcher signed is taken in, everything else is foreign.
 * Goes commit by commit and remembers what should stand: in the difference of two mains, a claim that was made and
 * removed in between would not show, and its id would be free again (field failure 39).
 */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import type { Change, EntryFact } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ForeignChange } from '../../vault/plan/snapshot.js'
import type { FindingCode } from '../../vault/reasons.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { FIRED_FOLDER, LEDGER_FOLDER, REFUSED_FOLDER } from '../../vault/record/paths.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { RecordJudge } from './record-judge.js'

export const RECORD_FOLDERS = [FIRED_FOLDER, REFUSED_FOLDER, LEDGER_FOLDER] as const

export interface WatchedRecords {
  readonly foreign: readonly ForeignChange[]
  /**
   * Ids of keys that nobody pinned here and that signed well-formed records. Those are kept, and their claims count: it
   * may be another dispatcher, and to undo its claim would free an id that it runs.
   */
  readonly unknownKeys: readonly string[]
  /** Ids that new intents claim, with their day. */
  readonly claimed: readonly { readonly id: string; readonly day: string }[]
  /** Ids whose outcome is there. */
  readonly ended: readonly string[]
}

/** @param dayOf where an id was claimed before: a second claim of it is foreign */
export async function watchRecords(
  repository: Repository,
  from: Oid,
  to: Oid,
  verifier: RecordVerifier,
  dayOf: (id: string) => Promise<string | null>,
): Promise<WatchedRecords> {
  const watch = new RecordWatch(repository, verifier, dayOf)
  for (const commit of await repository.history.line(from, to, RECORD_FOLDERS)) await watch.take(commit)
  return watch.result()
}

/** A path that changed: what a dispatcher left there, and what lies there. */
interface Standing {
  readonly should: EntryFact | null
  readonly is: EntryFact | null
  readonly code: FindingCode
}

class RecordWatch {
  readonly #standing = new Map<string, Standing>()
  readonly #unknownKeys = new Set<string>()
  readonly #claimed = new Map<string, string>()
  readonly #ended: string[] = []

  constructor(
    private readonly repository: Repository,
    private readonly verifier: RecordVerifier,
    private readonly dayOf: (id: string) => Promise<string | null>,
  ) {}

  async take(commit: LineCommit): Promise<void> {
    const [before] = commit.parents
    const isOnMain = async (base: Oid) =>
      before !== undefined && this.repository.history.isOnFirstParentLine(base, before)
    const judge = new RecordJudge((path) => this.#read(commit.oid, path), this.verifier, isOnMain)
    for (const change of commit.changes) await this.#change(change, judge)
  }

  result(): WatchedRecords {
    const foreign = [...this.#standing].flatMap(([path, { should, is, code }]): ForeignChange[] =>
      sameEntry(should, is) ? [] : [{ change: { path, before: should, after: is }, code }],
    )
    const claimed = [...this.#claimed].map(([id, day]) => ({ id, day }))
    return { foreign, unknownKeys: [...this.#unknownKeys], claimed, ended: this.#ended }
  }

  async #change({ path, before, after }: Change, judge: RecordJudge): Promise<void> {
    const should = this.#standing.has(path) ? (this.#standing.get(path)?.should ?? null) : before
    const stand = (now: EntryFact | null, code: FindingCode = 'record_changed') =>
      this.#standing.set(path, { should: now, is: after, code })
    // Also how what was foreign is undone.
    if (should !== null || after === null) return void stand(should)
    const place = parseRecordPath(path)
    const verdict = await judge.added(path, place, after)
    if (verdict.kind === 'finding') return void stand(null, verdict.code)
    if (place?.kind === 'intent' && !(await this.#claim(place))) return void stand(null, 'claimed_twice')
    if (place?.kind === 'outcome') this.#ended.push(place.id)
    stand(after)
    if (!verdict.isKnownKey) this.#unknownKeys.add(verdict.keyId)
  }

  /** False for a second claim of one id. */
  async #claim({ id, day }: { readonly id: string; readonly day: string }): Promise<boolean> {
    const first = this.#claimed.get(id) ?? (await this.dayOf(id))
    if (first === null || first === day) this.#claimed.set(id, day)
    return first === null || first === day
  }

  /** What should lie there: a neighbour that somebody took away or changed still says what it said. */
  async #read(commit: Oid, path: string): Promise<Uint8Array | null> {
    const { objects } = this.repository
    const entry = this.#standing.get(path)?.should ?? (await objects.entry(commit, path))
    const read = entry === null ? null : await objects.blob(entry.oid, LIMITS.recordBytes)
    return read?.kind === 'blob' ? read.bytes : null
  }
}

function sameEntry(a: EntryFact | null, b: EntryFact | null): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode
}
