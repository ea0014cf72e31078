/**
 * Watches the record folders of main (law 8): what a dispatcher signed is taken in, everything else is foreign.
 * Goes commit by commit and remembers what should stand: in the difference of two mains, a claim that was made and
 * removed in between would not show, and its id would be free again (field failure 39).
 */
import { MissingObject } from '../../lib/git/missing-object.js'
import type { LineCommit, Repository } from '../../lib/git/port.js'
import { inBatches } from '../../lib/in-batches.js'
import type { ActionId } from '../../vault/action/id.js'
import type { Ending } from '../../vault/audit/ending.js'
import { RECORD_MODE } from '../../vault/audit/record-file.js'
import { type Change, type EntryFact, sameEntry } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ForeignChange } from '../../vault/plan/snapshot.js'
import type { FindingCode } from '../../vault/reasons.js'
import { parseRecordPath, type RecordPath } from '../../vault/record/parse-path.js'
import { actionPath, FIRED_FOLDER, LEDGER_FOLDER, REFUSED_FOLDER } from '../../vault/record/paths.js'
import type { Intent } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { LineMemory } from '../audit/line-memory.js'
import { type Accepted, type Judged, RecordJudge } from './record-judge.js'

export const RECORD_FOLDERS = [FIRED_FOLDER, REFUSED_FOLDER, LEDGER_FOLDER] as const

/** A claim as it was judged: bound to its blobs and to the commit that brought it. */
export interface WatchedClaim {
  readonly id: ActionId
  readonly day: string
  readonly intent: Intent
  readonly intentBlob: Oid
  readonly actionBlob: Oid
  readonly commit: Oid
}

export interface WatchedRecords {
  readonly foreign: readonly ForeignChange[]
  /**
   * Ids of keys that nobody pinned here and that signed well-formed records. Those are kept, and their claims count: it
   * may be another dispatcher, and to undo its claim would free an id that it runs.
   */
  readonly unknownKeys: readonly string[]
  readonly claimed: readonly WatchedClaim[]
  /** Claims whose outcome came, and what it means for them. */
  readonly ended: readonly { readonly id: ActionId; readonly ending: Ending }[]
}

/** @param dayOf where an id was claimed before: a second claim of it is foreign */
export async function watchRecords(
  repository: Repository,
  line: readonly LineCommit[],
  verifier: RecordVerifier,
  dayOf: (id: string) => Promise<string | null>,
): Promise<WatchedRecords> {
  const watch = new RecordWatch(repository, verifier, dayOf)
  for (const commit of line) await watch.take(commit)
  return watch.result()
}

/** A path that changed: what a dispatcher left there, and what lies there. */
interface Standing {
  readonly should: EntryFact | null
  readonly is: EntryFact | null
  readonly code: FindingCode
}

/** What was added where nothing should stand, and what it was found to be. */
interface Addition {
  readonly change: Change & { readonly after: EntryFact }
  readonly place: RecordPath | null
  readonly judged: Judged
}

class RecordWatch {
  readonly #standing = new Map<string, Standing>()
  readonly #unknownKeys = new Set<string>()
  readonly #claimed = new Map<string, WatchedClaim>()
  readonly #ended: { id: ActionId; ending: Ending }[] = []
  #memory: LineMemory | null = null

  constructor(
    private readonly repository: Repository,
    private readonly verifier: RecordVerifier,
    private readonly dayOf: (id: string) => Promise<string | null>,
  ) {}

  /** All that the commit adds is judged by what stood before it and by what else it adds: their order says nothing. */
  async take(commit: LineCommit): Promise<void> {
    const additions = await this.#judge(commit)
    const twice = await this.#claim(additions, commit)
    const added = new Map(additions.map((addition) => [addition.change.path, addition]))
    for (const change of commit.changes) {
      const addition = added.get(change.path)
      const should = this.#should(change)
      // Also how what was foreign is undone.
      if (addition === undefined) this.#stand(change, should, 'record_changed')
      else this.#take(addition, twice)
    }
    this.#memory?.passed(commit)
  }

  result(): WatchedRecords {
    const foreign = [...this.#standing].flatMap(([path, { should, is, code }]): ForeignChange[] =>
      sameEntry(should, is) ? [] : [{ change: { path, before: should, after: is }, code }],
    )
    return { foreign, unknownKeys: [...this.#unknownKeys], claimed: [...this.#claimed.values()], ended: this.#ended }
  }

  async #judge(commit: LineCommit): Promise<readonly Addition[]> {
    const changed = new Map(commit.changes.map((change) => [change.path, change]))
    const judge = new RecordJudge(
      (path) => this.#read(commit.oid, path, changed),
      this.verifier,
      this.#isBefore(commit),
    )
    const open = commit.changes.flatMap((change) =>
      change.after === null || this.#should(change) !== null ? [] : [{ ...change, after: change.after }],
    )
    const judgeOne = async (change: Addition['change']): Promise<Addition> => {
      const place = parseRecordPath(change.path)
      return { change, place, judged: await judge.added(change.path, place, change.after) }
    }
    const additions: Addition[] = []
    for await (const addition of inBatches(open, judgeOne)) additions.push(addition)
    return additions
  }

  /** @returns places of second claims of one id: nothing that came with them stands */
  async #claim(additions: readonly Addition[], commit: LineCommit): Promise<ReadonlySet<string>> {
    const twice = new Set<string>()
    for (const { change, place, judged } of additions) {
      if (place?.kind !== 'intent' || judged.kind === 'finding' || judged.intent === null) continue
      const { id, day } = place
      const first = this.#claimed.get(id)?.day ?? (await this.dayOf(id))
      const path = actionPath(day, id)
      const action = this.#shouldAt(path) ?? additions.find((other) => other.change.path === path)?.change.after
      if ((first !== null && first !== day) || action === undefined) twice.add(`${day}/${id}`)
      else {
        const blobs = { intentBlob: change.after.oid, actionBlob: action.oid }
        this.#claimed.set(id, { id, day, intent: judged.intent, ...blobs, commit: commit.oid })
      }
    }
    return twice
  }

  #take({ change, place, judged }: Addition, twice: ReadonlySet<string>): void {
    if (judged.kind === 'finding') this.#stand(change, null, judged.code)
    else if (isOfClaim(place) && twice.has(`${place.day}/${place.id}`)) this.#stand(change, null, 'claimed_twice')
    else {
      this.#stand(change, change.after, 'record_changed')
      this.#remember(place, judged)
    }
  }

  #remember(place: RecordPath | null, { isKnownKey, keyId, ending }: Accepted): void {
    if (!isKnownKey) this.#unknownKeys.add(keyId)
    if (ending !== null && isOfClaim(place)) this.#ended.push({ id: place.id, ending })
  }

  #stand({ path, after }: Change, should: EntryFact | null, code: FindingCode): void {
    this.#standing.set(path, { should, is: after, code })
  }

  #should({ path, before }: Change): EntryFact | null {
    const known = this.#standing.get(path)
    return known === undefined ? before : known.should
  }

  #shouldAt(path: string): EntryFact | undefined {
    return this.#standing.get(path)?.should ?? undefined
  }

  /** A burst of claims names few mains: each is asked about once. */
  #isBefore(commit: LineCommit): (base: Oid) => Promise<boolean> {
    const memory = this.#memory ?? new LineMemory(this.repository.history, commit.parents[0] ?? commit.oid)
    this.#memory = memory
    const known = new Map<Oid, Promise<boolean>>()
    return (base) => {
      const answer = known.get(base) ?? memory.isBefore(base, commit)
      known.set(base, answer)
      return answer
    }
  }

  /** What should lie there: a neighbour that somebody took away or changed still says what it said. */
  async #read(commit: Oid, path: string, changed: ReadonlyMap<string, Change>): Promise<Uint8Array | null> {
    const { objects } = this.repository
    const change = changed.get(path)
    const known = this.#standing.get(path)
    const should = known === undefined ? (change?.before ?? null) : known.should
    const isNew = known === undefined && change === undefined
    const entry = should ?? change?.after ?? (isNew ? await objects.entry(commit, path) : null)
    if (entry === null) return null
    const read = await objects.blob(entry.oid, LIMITS.recordBytes)
    // A clone that lacks an intent must not take the outcome beside it for foreign, and undo it (law 2).
    if (read.kind === 'missing' && entry.mode === RECORD_MODE) throw new MissingObject(entry.oid)
    return read.kind === 'blob' ? read.bytes : null
  }
}

type ClaimPath = Exclude<RecordPath, { kind: 'refused_action' | 'refused_decision' | 'event' | 'other' }>

function isOfClaim(place: RecordPath | null): place is ClaimPath {
  return place !== null && ['fired_action', 'intent', 'outcome', 'late_outcome'].includes(place.kind)
}
