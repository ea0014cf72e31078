/** Questions about the history of a simulated world. What was answered once is kept: objects never change. */
import type { LineCommit } from '../../../lib/git/port.js'
import type { Change, EntryFact } from '../../../vault/git-facts.js'
import type { Oid } from '../../../vault/oid.js'
import { type ObjectStore, type StoredTree, TREE } from './object-store.js'

export class Graph {
  readonly #ancestors = new Map<Oid, ReadonlySet<Oid>>()
  readonly #changes = new Map<Oid, readonly Change[]>()

  constructor(private readonly store: ObjectStore) {}

  /** Itself, and all behind it. */
  ancestors(commit: Oid): ReadonlySet<Oid> {
    const known = this.#ancestors.get(commit)
    if (known !== undefined) return known
    const all = new Set<Oid>([commit])
    for (const parent of this.store.commit(commit)?.parents ?? [])
      for (const one of this.ancestors(parent)) all.add(one)
    this.#ancestors.set(commit, all)
    return all
  }

  /** What `ancestors` has that is not among those known already, in its order. Behind what is known all is. */
  fresh(commit: Oid, known: ReadonlySet<Oid>): ReadonlySet<Oid> {
    const found = new Set<Oid>()
    const open = [commit]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (known.has(at) || found.has(at)) continue
      found.add(at)
      open.push(...(this.store.commit(at)?.parents ?? []).toReversed())
    }
    return found
  }

  /** The first-parent line, newest first. */
  line(tip: Oid): Oid[] {
    const line: Oid[] = []
    for (let at: Oid | undefined = tip; at !== undefined; at = this.store.commit(at)?.parents[0]) line.push(at)
    return line
  }

  isOnLine(ancestor: Oid, tip: Oid): boolean {
    for (let at: Oid | undefined = tip; at !== undefined; at = this.store.commit(at)?.parents[0]) {
      if (at === ancestor) return true
    }
    return false
  }

  mergeBases(a: Oid, b: Oid): Oid[] {
    const behindB = this.ancestors(b)
    const common = [...this.ancestors(a)].filter((commit) => behindB.has(commit))
    return common.filter((commit) => !common.some((other) => other !== commit && this.ancestors(other).has(commit)))
  }

  diff(from: Oid, to: Oid): readonly Change[] {
    const changes = [...this.#differences(this.store.tree(from), this.store.tree(to), '')]
    return changes.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** Folders that are one and the same are not opened. */
  *#differences(before: StoredTree | null, after: StoredTree | null, folder: string): Generator<Change> {
    for (const name of new Set([...(before?.entries.keys() ?? []), ...(after?.entries.keys() ?? [])])) {
      const [old, now] = [before?.entries.get(name) ?? null, after?.entries.get(name) ?? null]
      if (same(old, now)) continue
      const [oldTree, nowTree] = [this.#opened(old), this.#opened(now)]
      const path = folder + name
      if (oldTree !== null || nowTree !== null) yield* this.#differences(oldTree, nowTree, `${path}/`)
      const change = { path, before: oldTree === null ? old : null, after: nowTree === null ? now : null }
      if (change.before !== null || change.after !== null) yield change
    }
  }

  #opened(entry: EntryFact | null): StoredTree | null {
    return entry?.mode === TREE ? this.store.tree(entry.oid) : null
  }

  /** What a commit changed against its first parent. */
  changesOf(commit: Oid): readonly Change[] {
    const known = this.#changes.get(commit)
    if (known !== undefined) return known
    const changes = this.diff(this.store.commit(commit)?.parents[0] ?? this.store.emptyTree, commit)
    this.#changes.set(commit, changes)
    return changes
  }

  /** Commits after `from` on the line of `to` that changed something below the paths, oldest first. */
  lineChanges(from: Oid | null, to: Oid, paths: readonly string[]): LineCommit[] {
    const found: LineCommit[] = []
    for (const commit of this.line(to)) {
      if (commit === from) break
      const changes = this.changesOf(commit).filter(({ path }) => isBelow(path, paths))
      if (changes.length > 0) found.push({ oid: commit, parents: this.store.commit(commit)!.parents, changes })
    }
    return found.reverse()
  }
}

function isBelow(path: string, paths: readonly string[]): boolean {
  return paths.length === 0 || paths.some((folder) => path === folder || path.startsWith(`${folder}/`))
}

function same(a: EntryFact | null, b: EntryFact | null): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode
}
