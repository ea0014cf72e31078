/** All git objects of a simulated world, content-addressed, whoever made them. Clones know which of them they have. */
import { hash as digest } from 'node:crypto'
import type { FileEdit } from '../../../lib/git/port.js'
import type { EntryFact, SignatureFact } from '../../../vault/git-facts.js'
import { type Oid, oid } from '../../../vault/oid.js'

const TREE = '040000'

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
    const name = hash(Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]))
    if (!this.#blobs.has(name)) this.#blobs.set(name, bytes)
    return name
  }

  addText(text: string): Oid {
    return this.addBlob(new TextEncoder().encode(text))
  }

  commit(oid: Oid): StoredCommit | null {
    return this.#commits.get(oid) ?? null
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
    let tree = this.tree(treeish)!.oid
    for (const edit of edits) {
      const entry =
        edit.kind === 'delete'
          ? null
          : edit.kind === 'place'
            ? { mode: edit.mode, oid: edit.oid }
            : { mode: '100644', oid: this.addBlob(edit.bytes) }
      tree = this.#with(tree, edit.path.split('/'), entry)
    }
    return tree
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

  #with(tree: Oid, [name, ...rest]: readonly string[], entry: EntryFact | null): Oid {
    const entries = new Map(this.#trees.get(tree)?.entries)
    const before = entries.get(name!)
    if (rest.length > 0) {
      if (entry === null && before?.mode !== TREE) return tree
      const below = this.#with(before?.mode === TREE ? before.oid : this.emptyTree, rest, entry)
      if (below === this.emptyTree) entries.delete(name!)
      else entries.set(name!, { mode: TREE, oid: below })
    } else if (entry === null) entries.delete(name!)
    else entries.set(name!, entry)
    return this.#tree(entries)
  }

  #tree(entries: Map<string, EntryFact>): Oid {
    const key = (name: string) => (entries.get(name)?.mode === TREE ? `${name}/` : name)
    const names = [...entries.keys()].sort((a, b) => (key(a) < key(b) ? -1 : 1))
    const sorted = new Map(names.map((name) => [name, entries.get(name)!]))
    const name = hash(
      `tree ${names.map((entry) => `${sorted.get(entry)!.mode} ${entry}\0${sorted.get(entry)!.oid}`).join('\n')}`,
    )
    if (!this.#trees.has(name)) this.#trees.set(name, { oid: name, entries: sorted })
    return name
  }
}

function hash(content: string | Uint8Array): Oid {
  return oid(digest('sha1', content))
}
