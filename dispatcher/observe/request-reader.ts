/** Reads request branches into facts. Remembers what cannot change, so that an idle tick reads nothing. */
import pMap from 'p-map'
import { GitError } from '../../lib/git/git-error.js'
import type { Repository } from '../../lib/git/port.js'
import { SigningError } from '../../lib/signing/signing-error.js'
import { classify } from '../../vault/classify.js'
import type { ChangeSet } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { TrustSet } from '../../vault/policy/trust-set.js'
import type { ActionFile, RequestContent, RequestFact } from '../../vault/request/fact.js'
import { actionStem } from '../../vault/request/shape.js'
import { readActionFile } from './action-file-reader.js'
import { type Graph, readCommits, type Walk, walkGraph } from './commit-reader.js'
import type { RequestRef } from './request-refs.js'

type Named = Pick<RequestRef, 'suffix' | 'head'>

interface Remembered {
  readonly main: Oid
  readonly set: TrustSet
  readonly fact: RequestFact
  /** The last look that tried to read it; 0: none did. */
  readonly triedIn: number
}

interface Diffed {
  readonly base: Oid
  readonly changes: ChangeSet
  readonly file: ActionFile
}

export class RequestReader {
  /** By name and head: a fork may have a branch of the same name. */
  #remembered = new Map<string, Remembered>()
  #diffed = new Map<Oid, Diffed>()
  #look = 0

  constructor(private readonly repository: Repository) {}

  /** Without what the forge knows of them: `pulls` is empty in each. */
  async read(refs: readonly RequestRef[], main: Oid, set: TrustSet): Promise<readonly RequestFact[]> {
    const known = new Map<string, Remembered>()
    const open: RequestRef[] = []
    for (const ref of refs) {
      const before = this.#remembered.get(keyOf(ref))
      if (before?.main === main && before.set === set && before.fact.isBranch === ref.isBranch)
        known.set(keyOf(ref), before)
      else open.push(ref)
    }
    if (open.length > 0) {
      this.#look++
      // Those that have waited longest come first: where main moves with each tick, all are read anew, and the last never would be.
      const inTurn = open.toSorted((a, b) => this.#triedIn(a) - this.#triedIn(b))
      for (const fact of await this.#readOpen(inTurn, main, set)) {
        const { content } = fact
        const isLater = content.kind === 'unread' && content.why === 'tick_limit'
        const triedIn = isLater ? this.#triedIn(fact) : this.#look
        // What could not be read is asked again in the next tick.
        known.set(keyOf(fact), { main, set: content.kind === 'unread' ? NEVER : set, fact, triedIn })
      }
    }
    this.#remembered = known
    this.#forgetClosed(refs)
    return refs.flatMap((ref) => known.get(keyOf(ref))?.fact ?? [])
  }

  #triedIn(request: Named): number {
    return this.#remembered.get(keyOf(request))?.triedIn ?? 0
  }

  #forgetClosed(refs: readonly RequestRef[]): void {
    const heads = new Set(refs.map(({ head }) => head))
    for (const head of this.#diffed.keys()) if (!heads.has(head)) this.#diffed.delete(head)
  }

  async #readOpen(open: readonly RequestRef[], main: Oid, set: TrustSet): Promise<readonly RequestFact[]> {
    const now = open.slice(0, LIMITS.newRequestsPerTick)
    const later = open.slice(LIMITS.newRequestsPerTick)
    const present = await this.#fetch(now)
    const heads = now.flatMap(({ head }) => (present.has(head) ? [head] : []))
    const graph = heads.length === 0 ? new Map<Oid, readonly Oid[]>() : await this.#graphOf(heads, main)
    const read = async (ref: RequestRef) =>
      factOf(
        ref,
        present.has(ref.head) ? await this.#contentSafely(ref.head, main, graph, set) : unread('object_missing'),
      )
    const facts = await pMap(now, read, { concurrency: LIMITS.requestsAtOnce })
    return [...facts, ...later.map((ref) => factOf(ref, unread('tick_limit')))]
  }

  /** One head that cannot be fetched, or whose history is torn, fails one request and not the tick (field failure 51). */
  async #fetch(open: readonly RequestRef[]): Promise<ReadonlySet<Oid>> {
    const { objects, remote } = this.repository
    const isMissing = async ({ head }: RequestRef) => (await objects.commit(head)) === null
    const before = await pMap(open, isMissing, { concurrency: LIMITS.requestsAtOnce })
    const missing = open.filter((_, index) => before[index])
    if (missing.length === 0) return new Set(open.map(({ head }) => head))
    await remote.fetchTips(new Map(missing.map(({ ref, head }) => [ref, head])))
    const after = await pMap(open, isMissing, { concurrency: LIMITS.requestsAtOnce })
    return new Set(open.flatMap(({ head }, index) => (after[index] ? [] : [head])))
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
    } catch (error) {
      if (isOfMachine(error)) throw error
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

/** Nothing that a request could bring about: said to the operator as what it is, instead of once for each request. */
function isOfMachine(error: unknown): boolean {
  if (error instanceof GitError) return ['missing_git', 'no_space', 'local_denied'].includes(error.code)
  return error instanceof SigningError && ['missing_ssh_keygen', 'scratch_refused'].includes(error.code)
}

const NEVER = {} as TrustSet

function factOf({ suffix, head, isBranch }: RequestRef, content: RequestContent): RequestFact {
  return { suffix, head, content, isBranch, pulls: [] }
}

/** No branch name has a space in it. */
function keyOf({ suffix, head }: Named): string {
  return `${head} ${suffix}`
}

function unread(why: 'object_missing' | 'git_failed' | 'tick_limit'): RequestContent {
  return { kind: 'unread', why }
}

/** Low asks for no signature, so none is checked: a process for each would be most of the cost of a burst. */
function needsSignatures(file: ActionFile, set: TrustSet): boolean {
  if (file.kind !== 'parsed' || !file.action.ok) return false
  const { action } = file.action.value
  return classify({ formula: action.formula, action, set, requesterMayWrite: true }).tier !== 'low'
}
