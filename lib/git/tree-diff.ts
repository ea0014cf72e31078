import type { Change, ChangeSet, EntryFact } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { MissingObject } from './missing-object.js'
import type { Objects, TreeEntry } from './port.js'

const TREE_MODE = '040000'

/**
 * The difference of two trees, read by the process that is there anyway: a thousand requests in one tick cannot have a
 * `git diff` each. Equal subtrees are never opened, so the cost is that of the change.
 */
export async function diffTrees(
  objects: Objects,
  from: Oid,
  to: Oid,
  paths: readonly string[],
  max: number,
): Promise<ChangeSet> {
  const diff = new TreeDiff(objects, paths, max)
  await diff.folder('', from, to, 0)
  const changes = diff.changes.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { changes, truncated: diff.truncated }
}

class TreeDiff {
  readonly changes: Change[] = []
  truncated = false
  /** An attack with no change at all is a million folders without files: those count as well. */
  #foldersLeft: number

  constructor(
    private readonly objects: Objects,
    private readonly paths: readonly string[],
    private readonly max: number,
  ) {
    this.#foldersLeft = LIMITS.treeDepth + 4 * max
  }

  async folder(prefix: string, before: Oid | null, after: Oid | null, depth: number): Promise<void> {
    if (before === after) return
    if (depth > LIMITS.treeDepth || this.#foldersLeft-- <= 0) this.truncated = true
    if (this.truncated) return
    const [old, current] = await Promise.all([this.#read(before), this.#read(after)])
    const gone = new Map(old.map((entry) => [entry.name, entry]))
    for (const entry of current) {
      await this.#entry(prefix + entry.name, gone.get(entry.name) ?? null, entry, depth)
      gone.delete(entry.name)
    }
    for (const entry of gone.values()) await this.#entry(prefix + entry.name, entry, null, depth)
  }

  async #entry(path: string, before: TreeEntry | null, after: TreeEntry | null, depth: number): Promise<void> {
    if (this.truncated || (before?.oid === after?.oid && before?.mode === after?.mode)) return
    if (this.#isAsked(path)) this.#add(path, fileFact(before), fileFact(after))
    const [oldTree, newTree] = [folderOid(before), folderOid(after)]
    if ((oldTree !== null || newTree !== null) && this.#leadsToAsked(path)) {
      await this.folder(`${path}/`, oldTree, newTree, depth + 1)
    }
  }

  #add(path: string, before: EntryFact | null, after: EntryFact | null): void {
    if (before === null && after === null) return
    if (this.changes.length >= this.max) this.truncated = true
    else this.changes.push({ path, before, after })
  }

  #isAsked(path: string): boolean {
    return this.paths.length === 0 || this.paths.some((asked) => path === asked || path.startsWith(`${asked}/`))
  }

  #leadsToAsked(path: string): boolean {
    return this.#isAsked(path) || this.paths.some((asked) => asked.startsWith(`${path}/`))
  }

  async #read(oid: Oid | null): Promise<readonly TreeEntry[]> {
    if (oid === null) return []
    const entries = await this.objects.tree(oid)
    if (entries === null) throw new MissingObject(oid)
    return entries
  }
}

function fileFact(entry: TreeEntry | null): EntryFact | null {
  return entry === null || entry.mode === TREE_MODE ? null : { mode: entry.mode, oid: entry.oid }
}

function folderOid(entry: TreeEntry | null): Oid | null {
  return entry?.mode === TREE_MODE ? entry.oid : null
}
