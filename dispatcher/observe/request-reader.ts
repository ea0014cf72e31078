/** Reads request branches into facts. Remembers what cannot change, so that an idle tick reads nothing. */
import type { Repository } from '../../lib/git/port.js'
import { classify } from '../../vault/classify.js'
import type { ChangeSet } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { TrustSet } from '../../vault/policy/trust-set.js'
import type { ActionFile, RequestContent, RequestFact } from '../../vault/request/fact.js'
import { actionStem } from '../../vault/request/shape.js'
import { readActionFile } from './action-file-reader.js'
import { type Graph, readCommits, type Walk, walkGraph } from './commit-reader.js'

interface Remembered {
  readonly main: Oid
  readonly set: TrustSet
  readonly fact: RequestFact
}

interface Diffed {
  readonly base: Oid
  readonly changes: ChangeSet
  readonly file: ActionFile
}

export class RequestReader {
  #remembered = new Map<string, Remembered>()
  #diffed = new Map<Oid, Diffed>()

  constructor(private readonly repository: Repository) {}

  async read(branches: ReadonlyMap<string, Oid>, main: Oid, set: TrustSet): Promise<readonly RequestFact[]> {
    const known = new Map<string, Remembered>()
    const open: [string, Oid][] = []
    for (const [suffix, head] of branches) {
      const before = this.#remembered.get(suffix)
      if (before?.fact.head === head && before.main === main && before.set === set) known.set(suffix, before)
      else open.push([suffix, head])
    }
    if (open.length > 0) {
      for (const fact of await this.#readOpen(open, main, set)) {
        // What could not be read is asked again in the next tick.
        if (fact.content.kind !== 'unread') known.set(fact.suffix, { main, set, fact })
        else known.set(fact.suffix, { main, set: NEVER, fact })
      }
    }
    this.#remembered = known
    this.#forgetClosed(branches)
    return [...branches.keys()].flatMap((suffix) => known.get(suffix)?.fact ?? [])
  }

  #forgetClosed(branches: ReadonlyMap<string, Oid>): void {
    const heads = new Set(branches.values())
    for (const head of this.#diffed.keys()) if (!heads.has(head)) this.#diffed.delete(head)
  }

  async #readOpen(open: readonly [string, Oid][], main: Oid, set: TrustSet): Promise<readonly RequestFact[]> {
    const now = open.slice(0, LIMITS.newRequestsPerTick)
    const later = open.slice(LIMITS.newRequestsPerTick)
    const present = await this.#fetch(now)
    const heads = now.flatMap(([, head]) => (present.has(head) ? [head] : []))
    const graph = heads.length === 0 ? new Map<Oid, readonly Oid[]>() : await this.#graphOf(heads, main)
    const facts: RequestFact[] = []
    for (const [suffix, head] of now) {
      facts.push({
        suffix,
        head,
        content: present.has(head) ? await this.#contentSafely(head, main, graph, set) : unread('object_missing'),
      })
    }
    return [...facts, ...later.map(([suffix, head]): RequestFact => ({ suffix, head, content: unread('tick_limit') }))]
  }

  /** One head that cannot be fetched, or whose history is torn, fails one request and not the tick (field failure 51). */
  async #fetch(open: readonly [string, Oid][]): Promise<ReadonlySet<Oid>> {
    const { objects, remote } = this.repository
    const missing: string[] = []
    for (const [suffix, head] of open)
      if ((await objects.commit(head)) === null) missing.push(`refs/heads/vault/${suffix}`)
    if (missing.length > 0) await remote.fetch(missing)
    const present = new Set<Oid>()
    for (const [, head] of open) if ((await objects.commit(head)) !== null) present.add(head)
    return present
  }

  async #graphOf(heads: readonly Oid[], main: Oid): Promise<Graph | null> {
    try {
      return await this.repository.history.newCommits(heads, main)
    } catch {
      return null
    }
  }

  async #contentSafely(head: Oid, main: Oid, graph: Graph | null, set: TrustSet): Promise<RequestContent> {
    try {
      return await this.#content(head, main, graph ?? (await this.repository.history.newCommits([head], main)), set)
    } catch {
      return unread('git_failed')
    }
  }

  async #content(head: Oid, main: Oid, graph: Graph, set: TrustSet): Promise<RequestContent> {
    if (!graph.has(head)) return { kind: 'contained' }
    const walk = walkGraph(head, graph)
    const [base, ...others] = await this.#bases(walk, head, main)
    if (base === undefined) return { kind: 'unrelated' }
    if (others.length > 0) return { kind: 'ambiguous' }
    const { changes, file } = await this.#diff(base, head)
    const path = changes.changes[0]?.path ?? ''
    const commits = await readCommits(this.repository, walk, graph, path, needsSignatures(file, set))
    return { kind: 'change', base, changes, commits, tooManyCommits: walk.tooMany, file }
  }

  /** Where main is left at one commit only, that is the merge base; git is asked about the rest. */
  async #bases(walk: Walk, head: Oid, main: Oid): Promise<readonly Oid[]> {
    if (!walk.tooMany && walk.boundary.length <= 1) return walk.boundary
    return this.repository.history.mergeBases(main, head)
  }

  async #diff(base: Oid, head: Oid): Promise<Diffed> {
    const before = this.#diffed.get(head)
    if (before?.base === base) return before
    const changes = await this.repository.history.diff(base, head, [], LIMITS.changedPaths)
    const [only, ...others] = changes.changes
    const stem = only === undefined || others.length > 0 ? null : actionStem(only.path)
    const entry = only?.after ?? null
    const file: ActionFile =
      stem === null || entry === null ? { kind: 'none' } : await readActionFile(this.repository.objects, entry, stem)
    const diffed = { base, changes, file }
    if (file.kind !== 'missing') this.#diffed.set(head, diffed)
    return diffed
  }
}

const NEVER = {} as TrustSet

function unread(why: 'object_missing' | 'git_failed' | 'tick_limit'): RequestContent {
  return { kind: 'unread', why }
}

/** Low asks for no signature, so none is checked: a process for each would be most of the cost of a burst. */
function needsSignatures(file: ActionFile, set: TrustSet): boolean {
  if (file.kind !== 'parsed' || !file.action.ok) return false
  const { action } = file.action.value
  return classify({ formula: action.formula, action, set, requesterMayWrite: true }).tier !== 'low'
}
