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
/** What a parsed entry and its place among the names take in memory, roughly. */
const ENTRY_BYTES = 300
const COMMIT_COST = 500
/** An action is read when it is judged, when it starts, and when it has ended: what is small is kept, at its size and what goes with it. */
const SMALL_BLOB_BYTES = 16 * 1024
const BLOB_COST = 200

/** A day's folder has thousands of entries, and one of them is asked for time and again. */
interface Tree {
  readonly entries: readonly TreeEntry[]
  readonly byName: ReadonlyMap<string, TreeEntry>
}

export class GitObjects implements Objects {
  readonly #trees = new ByteCache<Tree>(LIMITS.gitCacheBytes)
  readonly #commits = new ByteCache<CommitFact>(LIMITS.gitCacheBytes / 4)
  readonly #blobs = new ByteCache<Uint8Array>(LIMITS.gitCacheBytes / 4)
  readonly #reading = new Map<Oid, Promise<Tree | null>>()

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
    return (await this.#tree(treeish))?.entries ?? null
  }

  async entry(treeish: Oid, path: string): Promise<TreeEntry | null> {
    let folder = treeish
    let found: TreeEntry | null = null
    for (const name of path.split('/')) {
      if (found !== null && found.mode !== TREE_MODE) return null
      const tree = await this.#tree(folder)
      if (tree === null) throw new MissingObject(folder)
      found = tree.byName.get(name) ?? null
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

  async #tree(treeish: Oid): Promise<Tree | null> {
    const oid = this.#commits.get(treeish)?.tree ?? treeish
    const known = this.#trees.get(oid)
    if (known !== undefined) return known
    const reading = this.#reading.get(oid) ?? this.#readTree(oid)
    this.#reading.set(oid, reading)
    try {
      return await reading
    } finally {
      this.#reading.delete(oid)
    }
  }

  async #readTree(treeish: Oid): Promise<Tree | null> {
    const info = await this.reader.info(treeish)
    if (info.kind === 'object' && info.type === 'commit') {
      const commit = await this.commit(treeish)
      return commit === null ? null : this.#tree(commit.tree)
    }
    const read = await this.#contents(treeish, info, 'tree', LIMITS.treeBytes)
    const byName = read.kind === 'blob' ? parseTree(read.bytes, treeish.length / 2) : null
    if (byName === null) return null
    const tree = { entries: [...byName.values()], byName }
    this.#trees.set(treeish, tree, byName.size * ENTRY_BYTES + ENTRY_BYTES)
    return tree
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
