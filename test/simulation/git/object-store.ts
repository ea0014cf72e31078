/** All git objects of a simulated world, content-addressed, whoever made them. Clones know which of them they have. */
import { hash as digest } from 'node:crypto'
import type { FileEdit } from '../../../lib/git/port.js'
import type { EntryFact, SignatureFact } from '../../../vault/git-facts.js'
import type { Oid } from '../../../vault/oid.js'

export const TREE = '040000'

/** A folder that is being edited: what was opened in it is one again. */
type Folder = Map<string, EntryFact | Folder>

export interface StoredTree {
  readonly oid: Oid
  readonly entries: ReadonlyMap<string, EntryFact>
}

export interface StoredCommit {
  readonly oid: Oid
  readonly tree: Oid
  readonly parents: readonly Oid[]
  readonly message: string
  readonly author: string
  readonly at: number
  /** Whose key signed it. Only the world's people make one, each with their own key. */
  readonly signature: SignatureFact
}

export class ObjectStore {
  readonly #blobs = new Map<Oid, Uint8Array>()
  readonly #trees = new Map<Oid, StoredTree>()
  readonly #commits = new Map<Oid, StoredCommit>()
  readonly #files = new Map<Oid, ReadonlyMap<string, EntryFact>>()
  readonly emptyTree: Oid = this.#tree(new Map())

  blob(oid: Oid): Uint8Array | null {
    return this.#blobs.get(oid) ?? null
  }

  text(oid: Oid): string {
    const bytes = this.#blobs.get(oid)
    return bytes === undefined ? '' : new TextDecoder().decode(bytes)
  }

  addBlob(bytes: Uint8Array): Oid {
    const name = nameOf(bytes)
    if (!this.#blobs.has(name)) this.#blobs.set(name, bytes)
    return name
  }

  addText(text: string): Oid {
    return this.addBlob(new TextEncoder().encode(text))
  }

  commit(oid: Oid): StoredCommit | null {
    return this.#commits.get(oid) ?? null
  }

  commits(): Iterable<StoredCommit> {
    return this.#commits.values()
  }

  addCommit(commit: Omit<StoredCommit, 'oid'>): Oid {
    const name = hash(
      `commit ${JSON.stringify([commit.tree, commit.parents, commit.message, commit.author, commit.at, commit.signature])}`,
    )
    if (!this.#commits.has(name)) this.#commits.set(name, { ...commit, oid: name })
    return name
  }

  /** Of a tree or a commit. */
  tree(treeish: Oid): StoredTree | null {
    return this.#trees.get(this.#commits.get(treeish)?.tree ?? treeish) ?? null
  }

  entry(treeish: Oid, path: string): EntryFact | null {
    let at: EntryFact | null = { mode: TREE, oid: treeish }
    for (const name of path.split('/')) at = at === null ? null : (this.tree(at.oid)?.entries.get(name) ?? null)
    return at
  }

  /** A tree with the edits made. Where a file stands in the way of a folder, or the other way round, it gives way. */
  edited(treeish: Oid, edits: readonly FileEdit[]): Oid {
    const root: Folder = new Map(this.tree(treeish)!.entries)
    for (const edit of edits) {
      const entry =
        edit.kind === 'delete'
          ? null
          : edit.kind === 'place'
            ? { mode: edit.mode, oid: edit.oid }
            : { mode: '100644', oid: this.addBlob(edit.bytes) }
      this.#put(root, edit.path.split('/'), entry)
    }
    return this.#closed(root)
  }

  /** Every file of a tree, by its path. */
  files(treeish: Oid): ReadonlyMap<string, EntryFact> {
    const tree = this.tree(treeish)
    if (tree === null) return new Map()
    const known = this.#files.get(tree.oid)
    if (known !== undefined) return known
    const files = new Map<string, EntryFact>()
    for (const [name, entry] of tree.entries) {
      if (entry.mode !== TREE) files.set(name, entry)
      else for (const [path, file] of this.files(entry.oid)) files.set(`${name}/${path}`, file)
    }
    this.#files.set(tree.oid, files)
    return files
  }

  /** Opens the folders on the way, so that each is hashed once, when all edits are made. */
  #put(root: Folder, path: readonly string[], entry: EntryFact | null): void {
    let folder = root
    for (const name of path.slice(0, -1)) {
      const there = folder.get(name)
      if (there instanceof Map) {
        folder = there
        continue
      }
      const isFolder = there?.mode === TREE
      if (entry === null && !isFolder) return
      const opened: Folder = new Map(isFolder ? this.#trees.get(there.oid)!.entries : [])
      folder.set(name, opened)
      folder = opened
    }
    const last = path.at(-1)!
    if (entry === null) folder.delete(last)
    else folder.set(last, entry)
  }

  #closed(folder: Folder): Oid {
    const entries = new Map<string, EntryFact>()
    for (const [name, entry] of folder) {
      const closed = entry instanceof Map ? { mode: TREE, oid: this.#closed(entry) } : entry
      if (closed.oid !== this.emptyTree) entries.set(name, closed)
    }
    return this.#tree(entries)
  }

  #tree(entries: ReadonlyMap<string, EntryFact>): Oid {
    const key = (name: string, { mode }: EntryFact) => (mode === TREE ? `${name}/` : name)
    const sorted = [...entries].sort(([a, one], [b, other]) => (key(a, one) < key(b, other) ? -1 : 1))
    const name = hash(`tree ${sorted.map(([path, { mode, oid }]) => `${mode} ${path}\0${oid}`).join('\n')}`)
    if (!this.#trees.has(name)) this.#trees.set(name, { oid: name, entries: new Map(sorted) })
    return name
  }
}

/** What the same bytes are called, in whatever world: nobody changes them. */
const names = new WeakMap<Uint8Array, Oid>()

function nameOf(bytes: Uint8Array): Oid {
  const known = names.get(bytes)
  if (known !== undefined) return known
  const name = hash(Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]))
  names.set(bytes, name)
  return name
}

function hash(content: string | Uint8Array): Oid {
  return digest('sha1', content) as Oid
}
