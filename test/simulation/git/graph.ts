/** Questions about the history of a simulated world. What was answered once is kept: objects never change. */
import type { LineCommit } from '../../../lib/git/port.js'
import type { Change, EntryFact } from '../../../vault/git-facts.js'
import type { Oid } from '../../../vault/oid.js'
import type { ObjectStore } from './object-store.js'

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
    const [before, after] = [this.store.files(from), this.store.files(to)]
    const changes: Change[] = []
    for (const [path, entry] of before) {
      const now = after.get(path) ?? null
      if (!same(entry, now)) changes.push({ path, before: entry, after: now })
    }
    for (const [path, entry] of after) if (!before.has(path)) changes.push({ path, before: null, after: entry })
    return changes.sort((a, b) => (a.path < b.path ? -1 : 1))
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
