/**
 * Which ids were ever claimed, and on which day: an index on disk beside the clone, because a map of a million ids
 * does not belong into memory. Append-only: an id that was used stays used, whatever main says later (law 8). A torn
 * line costs nothing, because main is read again from the last commit that was taken in whole.
 *
 * What is new goes into one file, `recent`: a burst of 1,000 ids would else touch nearly as many files. When that one has
 * grown it is spread over the shards, and only then removed; who dies in between finds ids in both, which is no harm.
 *
 * Synced before anybody hears of it: else a power failure could take ids from here and leave the view of main that has
 * taken them in, and they would be free again.
 */
import { hash } from 'node:crypto'
import { join } from 'node:path'
import pMap from 'p-map'
import { LIMITS } from '../../vault/limits.js'
import { diskFiles } from './disk-files.js'
import type { StateFiles } from './port.js'

const SHARD_DIGITS = 3
const LINE = /^([a-z0-9][a-z0-9._-]{0,99}) (\d{4}-\d{2}-\d{2})$/
/** Ids kept in memory, with the shards that they are in: all of a short past, and small beside the clone's own caches. */
const CACHED_IDS = 50_000
/** Each has a file open. */
const APPENDS_AT_ONCE = 64
/** No shard's name: those are digits. */
const RECENT = 'recent'

export interface UsedEntry {
  readonly id: string
  /** `YYYY-MM-DD`, the day folder of its records. */
  readonly day: string
}

/** By id. */
type Days = Map<string, string>
/** Of files in the folder. */
type Sync = (names: readonly string[]) => Promise<void>

export class UsedIds {
  readonly #cache = new Map<string, Promise<Days>>()
  #cached = 0
  #recent: Promise<Days> | null = null
  /** Two that add at once would both spread the same ids. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly folder: string,
    private readonly files: StateFiles = diskFiles,
  ) {}

  async dayOf(id: string): Promise<string | null> {
    // In this order: another process that spreads them writes the shard before it removes the file.
    return (await this.#readRecent()).get(id) ?? (await this.#shard(shardOf(id))).get(id) ?? null
  }

  /** Nothing was ever added, or it was lost. */
  async isEmpty(): Promise<boolean> {
    return (await this.files.list(this.folder)).length === 0
  }

  /** Adds in the order given; an id that is there already keeps its first day. Durable when it resolves. */
  add(entries: readonly UsedEntry[]): Promise<void> {
    return this.#inTurn(() => this.#add(entries, (names) => this.files.sync(this.folder, names)))
  }

  /** The same for many that are read anew from main: durable when it was settled, which costs as much once as each time. */
  fill(entries: readonly UsedEntry[]): Promise<void> {
    return this.#inTurn(() => this.#add(entries, async () => undefined))
  }

  settle(): Promise<void> {
    return this.#inTurn(async () => {
      const names = await this.files.list(this.folder)
      if (names.length > 0) await this.files.sync(this.folder, names)
    })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  async #add(entries: readonly UsedEntry[], sync: Sync): Promise<void> {
    const recent = await this.#readRecent()
    const days = await Promise.all(entries.map(({ id }) => this.dayOf(id)))
    const fresh = new Map<string, string>()
    for (const [index, { id, day }] of entries.entries()) if (days[index] === null && !fresh.has(id)) fresh.set(id, day)
    if (fresh.size === 0) return
    await this.files.append(join(this.folder, RECENT), render([...fresh].map(([id, day]) => ({ id, day }))))
    await sync([RECENT])
    for (const [id, day] of fresh) recent.set(id, day)
    if (recent.size >= LIMITS.recentIds) await this.#spread(recent, sync)
  }

  async #spread(recent: Days, sync: Sync): Promise<void> {
    const byShard = new Map<string, UsedEntry[]>()
    for (const [id, day] of recent) {
      const shard = shardOf(id)
      const entries = byShard.get(shard)
      if (entries === undefined) byShard.set(shard, [{ id, day }])
      else entries.push({ id, day })
    }
    await pMap(byShard, ([shard, added]) => this.#append(shard, added), { concurrency: APPENDS_AT_ONCE })
    await sync([...byShard.keys()])
    await this.files.remove(join(this.folder, RECENT))
    recent.clear()
  }

  #readRecent(): Promise<Days> {
    this.#recent ??= this.#read(RECENT).catch((error: unknown) => {
      this.#recent = null
      throw error
    })
    return this.#recent
  }

  async #append(shard: string, entries: readonly UsedEntry[]): Promise<void> {
    const known = await this.#read(shard)
    const fresh = entries.filter((entry) => !known.has(entry.id))
    if (fresh.length > 0) await this.files.append(join(this.folder, shard), render(fresh))
    // Whoever is reading the shard as it was has asked `recent` before, which still has them.
    this.#cache.delete(shard)
  }

  #shard(shard: string): Promise<Days> {
    const cached = this.#cache.get(shard)
    if (cached !== undefined) return cached
    const read = this.#read(shard)
    this.#cache.set(shard, read)
    read.then(
      ({ size }) => this.#count(size),
      () => this.#cache.delete(shard),
    )
    return read
  }

  #count(ids: number): void {
    this.#cached += ids
    if (this.#cached <= CACHED_IDS) return
    this.#cached = 0
    this.#cache.clear()
  }

  async #read(name: string): Promise<Days> {
    return parse((await this.files.read(join(this.folder, name))) ?? '')
  }
}

function shardOf(id: string): string {
  return hash('sha256', id).slice(0, SHARD_DIGITS)
}

/** The line break comes first: what a crash tore off before stays a line of its own, and is no entry. */
function render(entries: readonly UsedEntry[]): string {
  return entries.map(({ id, day }) => `\n${id} ${day}`).join('')
}

function parse(text: string): Days {
  const days = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, id, day] = LINE.exec(line) ?? []
    if (id !== undefined && day !== undefined && !days.has(id)) days.set(id, day)
  }
  return days
}
