/** Looks at a world after each step, and says which laws were broken. Shares no code with the dispatcher. */
import type { Oid } from '../../../vault/oid.js'
import type { Graph } from '../git/graph.js'
import type { Disk, Host } from '../host.js'
import type { Actor, DoubledRun, MainMove, SentPush } from '../truth.js'
import { isBroughtClaim } from './branches.js'
import { judgeClaim } from './claims.js'
import { judgeEnd } from './ending.js'
import { judgeIncident } from './incidents.js'
import { judgeMessage } from './messages.js'
import { judgeOutcome } from './outcomes.js'
import { PullWords } from './pull-words.js'
import { readRecord, textOf } from './record.js'
import { judgeRefusal } from './refusals.js'
import { judgeSeal } from './seals.js'
import { judgeStart } from './starts.js'
import type { Ground } from './trust.js'
import type { Law, Violation } from './violation.js'

/** What the judge may look at. */
export interface Scene extends Ground {
  readonly server: Ground['server'] & {
    readonly graph: Graph
    readonly main: Oid
    ref(name: string): Oid | null
    requests(): ReadonlyMap<string, Oid>
  }
  readonly hosts: readonly Host[]
  readonly settings: { readonly concurrency: number }
}

export interface Told {
  readonly seq: number
  readonly instance: string
  readonly reason: string
  readonly status: string
}

export interface KnownClaim {
  readonly id: string
  readonly folder: string
  readonly nonce: string
  readonly instance: string
  /** Of the process that made it. */
  readonly by: number
  readonly formula: string
  readonly tier: string
  /** The commit whose trust set was in force. */
  readonly inForce: Oid
  /** The commit that made it, and its intent as it was then. */
  readonly commit: Oid
  readonly intent: Oid
  readonly blob: Oid
  readonly requestHead: string
  readonly claimedAt: number
  readonly startBy: number
  readonly timeoutMinutes: number
  readonly seq: number
  readonly isDryRun: boolean
  /** Outcomes on main, as they came. */
  readonly outcomes: Told[]
}

type Dispatcher = Extract<Actor, { kind: 'dispatcher' }>

/** One commit of a dispatcher on main. */
export interface Written {
  readonly commit: Oid
  readonly parent: Oid
  readonly by: Dispatcher
  readonly seq: number
}

const INCIDENT = /^vault\/ledger\/.*-incident-/
const RECORDS = /^vault\/(fired|refused|ledger)\//
const FIRED = /^(vault\/fired\/(\d{4}-\d{2}-\d{2})\/([^/]+))\/(.+)$/

export class Judge {
  readonly violations: Violation[] = []
  /** Claims by dispatchers, by id. */
  readonly claims = new Map<string, KnownClaim>()
  /** What dispatchers wrote below the record folders, and what must therefore lie there. */
  readonly should = new Map<string, string>()
  /** Paths that people brought, or whose records they changed, with the number of the last such event. */
  readonly foreign = new Map<string, number>()
  /** Where records by keys that nobody knows came to lie, and what was there: they may be kept, and put back. */
  readonly tolerated = new Map<string, Set<string>>()
  /** Commits of dispatchers, by process. */
  readonly #writtenBy = new Map<Oid, number>()
  #moves = 0
  #sent = 0
  #starts = 0
  #doubled = 0
  #deletions = 0
  #unhandled = 0
  #isRewritten = false
  #lastGood: Oid
  readonly #words: PullWords | null
  /** By disk: the main that it held as seen, when it was looked at last. */
  readonly #seenOn = new WeakMap<Disk, Oid>()

  constructor(readonly scene: Scene) {
    this.#lastGood = scene.root
    this.#words = scene.site === null ? null : new PullWords(this, scene.site)
  }

  blame(law: Law, detail: string): void {
    this.violations.push({ law, detail })
  }

  look(): void {
    const { truth } = this.scene
    // In the order in which things happened: a start is judged by what was on main then.
    const events = [
      ...truth.mainMoves.slice(this.#moves).map((move) => ({ seq: move.seq, judge: () => this.#move(move) })),
      ...truth.sent.slice(this.#sent).map((push) => ({ seq: push.seq, judge: () => this.#push(push) })),
      ...truth.starts.slice(this.#starts).map((start) => ({ seq: start.seq, judge: () => judgeStart(this, start) })),
      ...truth.doubled.slice(this.#doubled).map((run) => ({ seq: run.seq, judge: () => this.#twice(run) })),
      ...truth.deletions.slice(this.#deletions).map((gone) => ({ seq: gone.seq, judge: () => this.#deletion(gone) })),
      ...(this.#words?.take() ?? []),
    ].sort((a, b) => a.seq - b.seq)
    this.#moves = truth.mainMoves.length
    this.#sent = truth.sent.length
    this.#starts = truth.starts.length
    this.#doubled = truth.doubled.length
    this.#deletions = truth.deletions.length
    for (const { judge } of events) judge()
    for (const error of truth.unhandled.slice(this.#unhandled)) this.blame('daemon_lives', error)
    this.#unhandled = truth.unhandled.length
    for (const host of this.scene.hosts) this.#seen(host)
  }

  /** While main is not what it was, nobody can say which one should be remembered. */
  #seen({ name, disk, seen: held }: Host): void {
    const { graph, main } = this.scene.server
    const seen = held?.main ?? null
    const before = this.#seenOn.get(disk)
    if (seen === null || seen === before) return
    this.#seenOn.set(disk, seen)
    if (before === undefined || this.#isRewritten || !graph.isOnLine(before, main)) return
    if (graph.isOnLine(seen, before)) this.blame('seen_grows', `${name} had seen ${before}, and remembers ${seen}`)
  }

  /** After faults have stopped and everything came to rest. */
  finish(): void {
    this.look()
    judgeEnd(this)
  }

  /** Only commits of one process lie after `base`, up to `tip`. */
  isOnlyOwnBetween(base: string, tip: Oid, process: number): boolean {
    for (const commit of this.scene.server.graph.line(tip)) {
      if (commit === base) return true
      if (this.#writtenBy.get(commit) !== process) return false
    }
    return false
  }

  #move({ seq, before, after, by }: MainMove) {
    const { graph, store } = this.scene.server
    const continues = graph.isOnLine(this.#lastGood, after)
    if (by.kind === 'dispatcher') {
      if (this.#isRewritten || !continues) return this.blame('rewritten_main', `${by.host} pushed ${after}`)
      const [parent, ...others] = store.commit(after)!.parents
      if (parent === undefined || parent !== before || others.length > 0)
        return this.blame('own_paths', `${after} is no plain commit on ${before}`)
      this.#writtenBy.set(after, by.process)
      this.#lastGood = after
      return this.#written({ commit: after, parent, by, seq })
    }
    this.#isRewritten = !continues
    if (!continues) return
    const fresh = graph.line(after)
    for (const commit of fresh.slice(0, fresh.indexOf(this.#lastGood)).reverse()) this.#foreignCommit(commit, seq)
    this.#lastGood = after
  }

  /** Where it falls short of what was seen, it would be taken by a main from which that was taken away. */
  #push({ by, base, seen }: SentPush) {
    if (by.kind !== 'dispatcher' || base === null || seen === null) return
    if (!this.scene.server.graph.isOnLine(seen, base))
      this.blame('rewritten_main', `${by.host} would write on ${base}, and has seen ${seen}`)
  }

  #foreignCommit(commit: Oid, seq: number) {
    const { graph, store } = this.scene.server
    for (const { path, after } of graph.changesOf(commit)) {
      if (!RECORDS.test(path)) continue
      this.foreign.set(path, seq)
      const keyId = after === null ? undefined : readRecord(store.text(after.oid))?.keyId
      // A record is a plain file.
      const isForgery = keyId !== undefined && after?.mode === '100644' && !this.scene.truth.dispatcherKeys.has(keyId)
      // A dispatcher did sign it; only never for the main that it was brought to.
      const isStray = keyId !== undefined && this.scene.truth.strayClaims.has(path.replace(/\/intent\.json$/, ''))
      if ((!isForgery && !isStray) || this.should.has(path) || this.#isPosed(commit, path)) continue
      this.#tolerate(commit, path)
      this.#tolerate(commit, path.replace(/[^/]+$/, 'action.toml'))
    }
  }

  /** An end in the name of whoever claimed, or in the place of another: by a key that nobody knows it would keep the true one out. */
  #isPosed(commit: Oid, path: string): boolean {
    const [, folder, , id = '', file = ''] = FIRED.exec(path) ?? []
    if (!file.startsWith('outcome')) return false
    const { store } = this.scene.server
    const said = readRecord(store.text(store.entry(commit, path)!.oid))?.predicate ?? {}
    const instance = textOf(said, 'dispatcher', 'instance')
    const claim = this.claims.get(id)
    return (
      (file !== 'outcome.json' && file !== `outcome-${instance}.json`) ||
      (claim?.folder === folder && claim?.instance === instance)
    )
  }

  #tolerate(commit: Oid, path: string) {
    const entry = this.scene.server.store.entry(commit, path)
    const versions = this.tolerated.get(path) ?? new Set()
    this.tolerated.set(path, versions.add(`${entry?.mode} ${entry?.oid}`))
  }

  #written(written: Written) {
    const { graph } = this.scene.server
    const undone: string[] = []
    const changes = graph.changesOf(written.commit)
    if (changes.length === 0) this.blame('own_paths', `${written.commit} by ${written.by.host} says nothing`)
    // Intents first: what else is in their folder is judged by them.
    for (const { path, before, after } of [...changes].sort((a, b) => rank(a.path) - rank(b.path))) {
      if (!RECORDS.test(path)) {
        this.#action(
          written,
          path,
          after?.oid ?? null,
          changes.map((change) => change.path),
        )
        continue
      }
      const should = this.should.get(path)
      const now = after === null ? undefined : `${after.mode} ${after.oid}`
      if (should === undefined && now !== undefined && !this.tolerated.get(path)?.has(now)) {
        this.should.set(path, now)
        this.#record(written, path)
        // What somebody laid there is gone by it.
        if (before !== null) undone.push(path)
      } else if (
        now !== should &&
        !(should === undefined && (now === undefined || this.tolerated.get(path)?.has(now)))
      ) {
        this.blame(
          'append_only',
          `${written.commit} by ${written.by.host} makes ${path} ${now ?? 'nothing'}, it should be ${should ?? 'nothing'}`,
        )
      } else undone.push(path)
    }
    const named = changes.flatMap(({ path, before, after }) => {
      const isIncident = before === null && after !== null && INCIDENT.test(path)
      return isIncident ? namedPaths(this.scene.server.store.text(after.oid)) : []
    })
    const unsaid = undone.filter((path) => !named.includes(path))
    if (unsaid.length > 0) this.blame('incident', `${written.commit} undoes ${unsaid} and says nothing of it`)
  }

  #record(written: Written, path: string) {
    const { store } = this.scene.server
    const record = readRecord(store.text(store.entry(written.commit, path)!.oid))
    // Whatever lies there, a dispatcher brings nothing but what it says itself, and the action that it speaks of.
    if (
      !path.endsWith('/action.toml') &&
      textOf(record?.predicate ?? {}, 'dispatcher', 'instance') !== written.by.instance
    )
      return this.blame('own_paths', `${written.by.host} brings ${path}, which is not its own`)
    const [, folder = '', day = '', id = '', file = ''] = FIRED.exec(path) ?? []
    if (record !== null) {
      judgeSeal(this, written, path, record)
      judgeMessage(this, written, path, record)
    }
    if (file === 'intent.json') judgeClaim(this, written, { folder, day, id })
    else if (file.startsWith('outcome')) judgeOutcome(this, written, { folder, id, file })
    else if (path.endsWith('/decision.json')) judgeRefusal(this, written, path)
    else if (INCIDENT.test(path)) judgeIncident(this, written, record)
    else if (file === 'action.toml' && !this.should.has(`${folder}/intent.json`))
      this.blame('own_paths', `${path} without an intent`)
    else if (folder === '' && !/^vault\/(refused|ledger)\//.test(path)) this.blame('own_paths', path)
  }

  #action({ commit, by }: Written, path: string, after: Oid | null, all: readonly string[]) {
    if (path === 'vault/actions/README.md' && after !== null) return
    const id = /^vault\/actions\/(.+)\.toml$/.exec(path)?.[1]
    if (id === undefined || after !== null) return this.blame('own_paths', `${commit} by ${by.host} changes ${path}`)
    const isSaid = all.some((other) => other.includes(`/${id}/`) || other.includes(`/${id}-`))
    const isRefusedBefore = [...this.should.keys()].some(
      (other) => other.startsWith('vault/refused/') && other.includes(`/${id}-`),
    )
    if (!isSaid && !isRefusedBefore) this.blame('own_paths', `${commit} by ${by.host} drops ${path} without a word`)
    if (this.scene.server.store.entry(commit, 'vault/actions/README.md') === null)
      this.blame('content', `${commit} by ${by.host} leaves vault/actions without its README`)
  }

  #twice({ nonce, host, process }: DoubledRun) {
    this.blame('followed_once', `${host}/${process} follows ${nonce} already`)
  }

  #deletion({ suffix, head, main, by }: { suffix: string; head: Oid; main: Oid; by: Actor }) {
    if (by.kind === 'person') return
    // What was taken off main by force still is on the main that dispatchers go by (law 4).
    const mains = [main, this.#lastGood]
    const isMerged = mains.some((tip) => this.scene.server.graph.ancestors(tip).has(head))
    const isBrought = mains.some((tip) => isBroughtClaim(this, tip, suffix, head))
    const isClaimed = this.claims.get(suffix)?.requestHead === head || isBrought
    if (!isMerged && !isClaimed) this.blame('branch_deleted', `${by.host} deleted vault/${suffix} at ${head}`)
  }
}

/** What an incident says was undone. */
function namedPaths(text: string): readonly unknown[] {
  const paths = readRecord(text)?.predicate['paths']
  return Array.isArray(paths) ? paths : []
}

function rank(path: string): number {
  return path.endsWith('/intent.json') ? 0 : path.endsWith('/outcome.json') ? 1 : 2
}
