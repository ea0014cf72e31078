/** Reads fired actions for `log`, day folder by day folder: what is not asked for is not read. */
import type { Objects, TreeEntry } from '../../lib/git/port.js'
import { inBatches } from '../../lib/in-batches.js'
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import { type FiredRecords, intentOf, type LogLine, logLine } from '../../vault/audit/log-line.js'
import { RECORD_MODE } from '../../vault/audit/record-file.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { type Decoded, decodeRecord } from '../../vault/record/decode.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { ACTION_FILE, FIRED_FOLDER, firedFolder, INTENT_FILE, OUTCOME_FILE } from '../../vault/record/paths.js'
import { isDay } from '../../vault/record/time.js'
import type { PinnedKeys } from './pinned-keys.js'
import { readBlob, readFolder, readTree, TREE_MODE } from './read-object.js'

export interface LogEntry {
  readonly line: LogLine
  /** Main when it was decided, as the intent says: near its claim. */
  readonly base: Oid | null
}

/** The records of one action, and its action.toml. */
export interface ReadRecords {
  readonly records: FiredRecords
  readonly action: Uint8Array | null
}

export class FiredLog {
  constructor(
    private readonly objects: Objects,
    private readonly main: Oid,
    private readonly pinned: PinnedKeys,
  ) {}

  /** Oldest first. */
  async days(): Promise<readonly string[]> {
    const entries = await readFolder(this.objects, this.main, FIRED_FOLDER)
    const days = entries.filter(({ name, mode }) => mode === TREE_MODE && isDay(name))
    return days.map(({ name }) => name).sort()
  }

  /** The actions of one day, in the order of their claims; those that cannot be read come last. */
  async readDay(day: string): Promise<readonly LogEntry[]> {
    const folders = (await readFolder(this.objects, this.main, `${FIRED_FOLDER}/${day}`)).flatMap(
      ({ name, mode, oid }) => {
        const id = mode === TREE_MODE ? parseActionId(name) : null
        return id === null ? [] : [{ id, tree: oid }]
      },
    )
    const entries: LogEntry[] = []
    const read = async ({ id, tree }: { id: ActionId; tree: Oid }) =>
      entryOf(day, id, await this.#records(day, id, tree, false), this.pinned)
    for await (const entry of inBatches(folders, read)) entries.push(entry)
    return entries.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  }

  /** Null where the id did not fire on that day. */
  async readOne(day: string, id: ActionId): Promise<(ReadRecords & LogEntry) | null> {
    const folder = await this.objects.entry(this.main, firedFolder(day, id))
    if (folder?.mode !== TREE_MODE) return null
    const read = await this.#records(day, id, folder.oid, true)
    return { ...read, ...entryOf(day, id, read, this.pinned) }
  }

  async #records(day: string, id: ActionId, tree: Oid, withAction: boolean): Promise<ReadRecords> {
    const entries = await readTree(this.objects, tree)
    const find = (name: string) => entries.find((entry) => entry.name === name)
    const late: Decoded[] = []
    for (const entry of entries) {
      const kind = parseRecordPath(`${firedFolder(day, id)}/${entry.name}`)?.kind
      const decoded = kind === 'late_outcome' ? await this.#decode(entry) : null
      if (decoded !== null) late.push(decoded)
    }
    const [intent, outcome] = await Promise.all([this.#decode(find(INTENT_FILE)), this.#decode(find(OUTCOME_FILE))])
    return { records: { intent, outcome, late }, action: withAction ? await this.#bytes(find(ACTION_FILE)) : null }
  }

  async #decode(entry: TreeEntry | undefined): Promise<Decoded | null> {
    if (entry === undefined) return null
    const bytes = await this.#bytes(entry)
    return bytes === null
      ? { kind: 'malformed', why: 'no file that a dispatcher writes' }
      : decodeRecord(bytes, this.pinned.verifier)
  }

  async #bytes(entry: TreeEntry | undefined): Promise<Uint8Array | null> {
    return entry?.mode === RECORD_MODE ? readBlob(this.objects, entry.oid, LIMITS.recordBytes) : null
  }
}

function entryOf(day: string, id: ActionId, { records }: ReadRecords, { keys }: PinnedKeys): LogEntry {
  return { line: logLine({ day, id }, records, keys.length > 0), base: intentOf(records.intent)?.base ?? null }
}

function keyOf({ line }: LogEntry): string {
  return `${line.claimed_at ?? '~'} ${line.id}`
}
