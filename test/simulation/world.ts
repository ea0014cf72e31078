/** One simulated world: a remote, hosts with dispatchers, people, time. */
import type { FileEdit } from '../../lib/git/port.js'
import type { SignatureFact } from '../../vault/git-facts.js'
import type { Oid } from '../../vault/oid.js'
import { Chance } from './chance.js'
import type { Coverage } from './coverage.js'
import { takeMove } from './forge/deeds.js'
import { Site } from './forge/site.js'
import { Gate } from './gate.js'
import { MAIN, type RefMove, Server } from './git/server.js'
import { Host, type Process } from './host.js'
import { layOut, PEOPLE, type Person } from './people/cast.js'
import { type Ending, endRun, type RunOnDisk } from './ports/runner.js'
import { simulatedKey } from './ports/signing.js'
import type { Settings } from './schedule.js'
import { NOBODY, type Tell } from './trace.js'
import { type RunStart, Truth } from './truth.js'

const START = Date.UTC(2026, 10, 22, 8)

export interface PersonCommit {
  readonly by: Person
  readonly parents: readonly Oid[]
  readonly edits: readonly FileEdit[]
  readonly message?: string
  /** Default: with the person's own key. */
  readonly signature?: SignatureFact
}

export class World {
  readonly truth = new Truth()
  readonly server = new Server((move) => this.#moved(move))
  readonly gate: Gate
  readonly hosts: readonly Host[]
  readonly root: Oid
  /** Null: people approve by keys. */
  readonly site: Site | null
  /** Of the step that is under way. */
  chance: Chance
  /** True time: epoch milliseconds. */
  time = START
  /** The main that somebody took away by force; null: it is as it was. */
  takenMain: Oid | null = null
  /** Before so many of the next pushes that say how a run ended, somebody else's commit comes to main. */
  rivals = 0
  /** Somebody laid hands on records. */
  isTampered = false
  #serial = 0
  #nonces = 0
  #ids = 0
  #sleeps = 0

  constructor(
    readonly settings: Settings,
    readonly coverage: Coverage,
    readonly tell: Tell = NOBODY,
  ) {
    this.chance = new Chance(settings.seed)
    this.gate = new Gate(coverage, tell)
    const stamp = () => ({ seq: this.truth.tick(), at: this.time })
    const kind = settings.seed % 2 === 0 ? 'github' : 'forgejo'
    this.site = settings.forge ? new Site(stamp, this.server.graph, kind) : null
    this.hosts = Array.from({ length: settings.hosts }, (_, at) => {
      const name = ['one', 'two', 'three'][at] ?? `host-${at}`
      return new Host(this, name, simulatedKey(name))
    })
    for (const { key } of this.hosts) this.truth.dispatcherKeys.add(key.keyId)
    this.root = layOut(this)
  }

  nextSerial(): number {
    return ++this.#serial
  }

  newInstance(): string {
    return `00000000-0000-4000-8000-${String(this.nextSerial()).padStart(12, '0')}`
  }

  newNonce(): string {
    return `nonce-${++this.#nonces}`
  }

  newId(): string {
    return `act-${++this.#ids}`
  }

  get lastId(): number {
    return this.#ids
  }

  watches(host: Host): void {
    const instance = host.instance ?? ''
    if (!this.truth.watchesSince.has(instance)) this.truth.watchesSince.set(instance, this.truth.tick())
  }

  readClock(process: Process): number {
    const value = process.host.clock
    this.truth.clockReads.get(process.serial)?.push({ seq: this.truth.tick(), value, time: this.time })
    const instance = process.host.instance ?? ''
    this.truth.greatestClock.set(instance, Math.max(value, this.truth.greatestClock.get(instance) ?? 0))
    return value
  }

  /** Most naps are over at once: a burst of them would fill a schedule with nothing. */
  sleep(process: Process, ms: number): Promise<void> {
    this.time += ms
    if (++this.#sleeps % 10 !== 0) return process.isAlive ? Promise.resolve() : new Promise(() => undefined)
    const nothing = () => undefined
    return this.gate.call(process, { name: 'sleep', faults: ['crash_before'], error: () => new Error(), work: nothing })
  }

  /** A commit by a person; no ref moves. */
  commit({ by, parents, edits, message, signature }: PersonCommit): Oid {
    const { store } = this.server
    const [first] = parents
    return store.addCommit({
      tree: store.edited(first ?? store.emptyTree, edits),
      parents,
      message: message ?? 'work\n',
      author: by,
      at: this.time + this.truth.tick(),
      signature: signature ?? { kind: 'ssh', fingerprint: PEOPLE[by] },
    })
  }

  /** Everything that was started and goes on, wherever it runs. */
  running(): RunOnDisk[] {
    return this.#runs.filter(({ end, isLost }) => end === null && !isLost)
  }

  readonly #runs: RunOnDisk[] = []

  started(run: RunOnDisk, start: RunStart): void {
    this.truth.starts.push(start)
    this.tell(`    run of ${start.id} started as ${start.nonce} on ${start.host}`)
    this.#runs.push(run)
  }

  end(run: RunOnDisk, how: Ending): void {
    this.tell(`    run of ${run.truth?.id} (${run.nonce}): ${how}`)
    const host = this.hosts.find(({ name }) => name === run.truth?.host)
    endRun(run, how, host?.clock ?? this.time, this.truth.tick())
  }

  /** What has run for longer than it may is ended by its supervisor. */
  endOverdue(): void {
    for (const run of this.running()) {
      const host = this.hosts.find(({ name }) => name === run.truth?.host)!
      if (host.clock - run.startedAt > run.timeoutMs) this.end(run, 'timed_out')
    }
  }

  #moved(move: RefMove): void {
    const { ref, before, after, by } = move
    const seq = this.truth.tick()
    this.#tellMove({ ref, before, after, by })
    if (ref === MAIN && after !== null) this.truth.mainMoves.push({ seq, before, after, by })
    const suffix = /^refs\/heads\/vault\/(.+)$/.exec(ref)?.[1]
    if (suffix !== undefined && after === null && before !== null)
      this.truth.deletions.push({ seq, suffix, head: before, main: this.server.main, by })
    if (this.site !== null) takeMove(this, move)
  }

  #tellMove({ ref, before, after, by }: RefMove): void {
    if (this.tell === NOBODY) return
    const short = (oid: Oid | null) => oid?.slice(0, 8) ?? 'nothing'
    const who = by.kind === 'person' ? by.name : `${by.host}/${by.process}`
    const [subject] = after === null ? [''] : (this.server.store.commit(after)?.message.split('\n') ?? [])
    this.tell(
      `    ${who} moved ${ref.replace(/^refs\/(heads\/)?/, '')}: ${short(before)} -> ${short(after)} ${subject}`,
    )
    if (ref !== MAIN || after === null) return
    for (const change of this.server.graph.changesOf(after))
      this.tell(`      ${short(change.before?.oid ?? null)} -> ${short(change.after?.oid ?? null)} ${change.path}`)
  }
}
