/**
 * Which ids were ever claimed, and on which day: an index on disk beside the clone, because a map of a million ids
 * does not belong into memory. Append-only: an id that was used stays used, whatever main says later (law 8). A torn
 * line costs nothing, because main is read again from the last commit that was taken in whole.
 */
import { hash } from 'node:crypto'
import { join } from 'node:path'
import pMap from 'p-map'
import { diskFiles } from './disk-files.js'
import type { StateFiles } from './port.js'

const SHARD_DIGITS = 3
const LINE = /^([a-z0-9][a-z0-9._-]{0,99}) (\d{4}-\d{2}-\d{2})$/
/** Shards kept in memory: enough for a burst, small beside the clone's own caches. */
const CACHED_SHARDS = 1024
/** Each has a file open. */
const APPENDS_AT_ONCE = 64

export interface UsedEntry {
  readonly id: string
  /** `YYYY-MM-DD`, the day folder of its records. */
  readonly day: string
}

export class UsedIds {
  readonly #cache = new Map<string, Map<string, string>>()

  constructor(
    private readonly folder: string,
    private readonly files: StateFiles = diskFiles,
  ) {}

  async dayOf(id: string): Promise<string | null> {
    return (await this.#shard(shardOf(id))).get(id) ?? null
  }

  /** Adds in the order given; an id that is there already keeps its first day. */
  async add(entries: readonly UsedEntry[]): Promise<void> {
    const byShard = new Map<string, UsedEntry[]>()
    for (const entry of entries) {
      const shard = shardOf(entry.id)
      byShard.set(shard, [...(byShard.get(shard) ?? []), entry])
    }
    await pMap(byShard, ([shard, added]) => this.#append(shard, added), { concurrency: APPENDS_AT_ONCE })
  }

  async #append(shard: string, entries: readonly UsedEntry[]): Promise<void> {
    const known = await this.#shard(shard)
    const fresh = entries.filter((entry) => !known.has(entry.id))
    if (fresh.length === 0) return
    // The line break comes first: what a crash tore off before stays a line of its own, and is no entry.
    await this.files.append(join(this.folder, shard), fresh.map((entry) => `\n${entry.id} ${entry.day}`).join(''))
    for (const entry of fresh) known.set(entry.id, entry.day)
  }

  async #shard(shard: string): Promise<Map<string, string>> {
    const cached = this.#cache.get(shard)
    if (cached !== undefined) return cached
    const read = parseShard((await this.files.read(join(this.folder, shard))) ?? '')
    const oldest = this.#cache.keys().next()
    if (this.#cache.size >= CACHED_SHARDS && !oldest.done) this.#cache.delete(oldest.value)
    this.#cache.set(shard, read)
    return read
  }
}

function shardOf(id: string): string {
  return hash('sha256', id).slice(0, SHARD_DIGITS)
}

function parseShard(text: string): Map<string, string> {
  const days = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, id, day] = LINE.exec(line) ?? []
    if (id !== undefined && day !== undefined && !days.has(id)) days.set(id, day)
  }
  return days
}
