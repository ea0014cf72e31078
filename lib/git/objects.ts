import type { CommitFact } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { BatchAnswer } from './batch-parser.js'
import type { BatchReader } from './batch-reader.js'
import { ByteCache } from './byte-cache.js'
import { MissingObject } from './missing-object.js'
import { parseCommit } from './parse-commit.js'
import { parseTree } from './parse-tree.js'
import type { BlobRead, Objects, TreeEntry } from './port.js'

const TREE_MODE = '040000'
/** What a parsed entry takes in memory, roughly. */
const ENTRY_BYTES = 200
const COMMIT_COST = 500
/** An action is read when it is judged, when it starts, and when it has ended: what is small is kept, at its size and what goes with it. */
const SMALL_BLOB_BYTES = 16 * 1024
const BLOB_COST = 200

export class GitObjects implements Objects {
  readonly #trees = new ByteCache<readonly TreeEntry[]>(LIMITS.gitCacheBytes)
  readonly #commits = new ByteCache<CommitFact>(LIMITS.gitCacheBytes / 4)
  readonly #blobs = new ByteCache<Uint8Array>(LIMITS.gitCacheBytes / 4)
  readonly #reading = new Map<Oid, Promise<readonly TreeEntry[] | null>>()

  constructor(private readonly reader: BatchReader) {}

  async commit(oid: Oid): Promise<CommitFact | null> {
    const known = this.#commits.get(oid)
    if (known !== undefined) return known
    const bytes = await this.commitBytes(oid)
    const fact = bytes === null ? null : parseCommit(oid, bytes)
    if (fact !== null) this.#commits.set(oid, fact, COMMIT_COST)
    return fact
  }

  async commitBytes(oid: Oid): Promise<Uint8Array | null> {
    const read = await this.#read(oid, 'commit', LIMITS.commitBytes)
    return read.kind === 'blob' ? read.bytes : null
  }

  async tree(treeish: Oid): Promise<readonly TreeEntry[] | null> {
    const known = this.#trees.get(treeish)
    if (known !== undefined) return known
    const reading = this.#reading.get(treeish) ?? this.#readTree(treeish)
    this.#reading.set(treeish, reading)
    try {
      return await reading
    } finally {
      this.#reading.delete(treeish)
    }
  }

  async entry(treeish: Oid, path: string): Promise<TreeEntry | null> {
    let folder = treeish
    let found: TreeEntry | null = null
    for (const name of path.split('/')) {
      if (found !== null && found.mode !== TREE_MODE) return null
      const entries = await this.tree(folder)
      if (entries === null) throw new MissingObject(folder)
      found = entries.find((entry) => entry.name === name) ?? null
      if (found === null) return null
      folder = found.oid
    }
    return found
  }

  async blob(oid: Oid, maxBytes: number): Promise<BlobRead> {
    const known = this.#blobs.get(oid)
    if (known !== undefined && known.length <= maxBytes) return { kind: 'blob', bytes: known }
    const read = await this.#read(oid, 'blob', maxBytes)
    if (read.kind === 'blob' && read.bytes.length <= SMALL_BLOB_BYTES)
      this.#blobs.set(oid, read.bytes, read.bytes.length + BLOB_COST)
    return read
  }

  async #readTree(treeish: Oid): Promise<readonly TreeEntry[] | null> {
    const known = this.#commits.get(treeish)
    if (known !== undefined) return this.tree(known.tree)
    const info = await this.reader.info(treeish)
    if (info.kind === 'object' && info.type === 'commit') {
      const commit = await this.commit(treeish)
      return commit === null ? null : this.tree(commit.tree)
    }
    const read = await this.#contents(treeish, info, 'tree', LIMITS.treeBytes)
    const entries = read.kind === 'blob' ? parseTree(read.bytes, treeish.length / 2) : null
    if (entries !== null) this.#trees.set(treeish, entries, entries.length * ENTRY_BYTES + ENTRY_BYTES)
    return entries
  }

  async #read(oid: Oid, type: string, maxBytes: number): Promise<BlobRead> {
    return this.#contents(oid, await this.reader.info(oid), type, maxBytes)
  }

  async #contents(oid: Oid, info: BatchAnswer, type: string, maxBytes: number): Promise<BlobRead> {
    if (info.kind === 'missing' || info.type !== type) return { kind: 'missing' }
    if (info.size > maxBytes) return { kind: 'too_large', bytes: info.size }
    const answer = await this.reader.contents(oid)
    if (answer.kind === 'missing' || answer.bytes === null) return { kind: 'missing' }
    return { kind: 'blob', bytes: answer.bytes }
  }
}
