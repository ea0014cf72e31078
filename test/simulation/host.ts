/** A machine with one dispatcher: its disk outlives its processes, and its clock is its own. */
import { Daemon } from '../../dispatcher/daemon.js'
import { type Dispatcher, openDispatcher } from '../../dispatcher/dispatcher.js'
import type { Log } from '../../lib/log/port.js'
import type { Oid } from '../../vault/oid.js'
import { adaptersOf, configOf } from './ports/adapters.js'
import type { RunOnDisk } from './ports/runner.js'
import type { SimulatedKey } from './ports/signing.js'
import { logTo } from './trace.js'
import type { World } from './world.js'

/** What comes before the id in its file, as `place` writes it. */
const INSTANCE = '{"instance":"'

export interface Disk {
  readonly files: Map<string, string>
  /** Commits that the clone has. */
  readonly commits: Set<Oid>
  readonly runs: Map<string, RunOnDisk>
}

interface Seen {
  readonly main: Oid
  /** By its clock. */
  readonly at: number
}

function seenOn({ files }: Disk): Seen | null {
  const text = files.get('state/seen.json')
  return text === undefined ? null : JSON.parse(text)
}

export class Host {
  disk: Disk = emptyDisk()
  /** One that it had before, which may be found again. */
  aside: Disk | null = null
  /** Milliseconds that its clock is ahead. */
  skew = 0
  isCut = false
  /** Its disk takes no view with a claim in flight that the last one did not have. */
  isBlind = false
  /** So many times its disk has no room for what a run needs. */
  fullFor = 0
  /** Blobs that its clone cannot give for now. */
  readonly lacks = new Set<Oid>()
  process: Process | null = null

  constructor(
    readonly world: World,
    readonly name: string,
    readonly key: SimulatedKey,
  ) {}

  get clock(): number {
    return this.world.time + this.skew
  }

  get instance(): string | null {
    const text = this.disk.files.get('state/instance.json')
    return text === undefined ? null : text.slice(INSTANCE.length, -2)
  }

  /** What its state folder holds of the main that was seen last. */
  get seen(): Seen | null {
    return seenOn(this.disk)
  }

  /** Throws where there is none. */
  needRoom(): void {
    if (this.fullFor === 0) return
    this.fullFor--
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }

  start(): void {
    if (this.process === null) this.process = new Process(this)
  }

  /** The disk that lay aside is the one that counts again. */
  takeBack(): void {
    const { aside, world } = this
    if (aside === null) return
    this.process?.crash()
    if (this.instance !== null) world.truth.lostInstances.add(this.instance)
    this.disk = aside
    this.aside = null
    world.truth.lostInstances.delete(this.instance ?? '')
    this.start()
  }

  /** A new disk: whoever starts on it joins anew. What ran goes on, unheard. */
  loseDisk(): void {
    this.process?.crash()
    if (this.instance !== null) this.world.truth.lostInstances.add(this.instance)
    this.disk = emptyDisk()
  }
}

export class Process {
  readonly serial: number
  readonly disk: Disk
  readonly log: Log
  isAlive = true
  dispatcher: Dispatcher | null = null
  /** When it was woken for the last of its ticks that succeeded; null: none did. */
  tickedSince: number | null = null
  /** Up to which commits it has laid out the ops repo that runs may read. */
  readonly shown = new Set<Oid>()
  #daemon: Daemon | null = null

  constructor(readonly host: Host) {
    const { world } = host
    this.disk = host.disk
    this.serial = world.nextSerial()
    this.log = logTo(world.tell, `${host.name}/${this.serial}`)
    world.truth.born.set(this.serial, world.truth.tick())
    world.truth.clockReads.set(this.serial, [])
    world.truth.knewTime.set(this.serial, seenOn(this.disk)?.at ?? 0)
    void this.#open()
  }

  /** The main that its state folder says was seen; null: none. */
  get seenOnDisk(): Oid | null {
    return seenOn(this.disk)?.main ?? null
  }

  /** Its state folder says that a claim with this nonce may be on its way. */
  keepsNonce(nonce: string): boolean {
    return this.disk.files.get('state/noted.json')?.includes(`"${nonce}"`) === true
  }

  /** Its state folder says that the id was claimed. */
  knowsUsed(id: string): boolean {
    return [...this.disk.files].some(([path, text]) => path.startsWith('state/used/') && hasLineOf(text, id))
  }

  /** Ticks that failed one after the other, by now. */
  get failures(): number {
    return this.#daemon?.pulse.failures ?? 0
  }

  /** A tick is due. */
  wake(): void {
    if (!this.isAlive || this.#daemon === null) return
    const { truth } = this.host.world
    const { now } = truth
    truth.woken.set(this.serial, now)
    void this.#daemon.wake().then(() => {
      if (this.failures === 0) this.tickedSince = now
    })
  }

  /** kill -9: nothing that it waits for is ever answered. */
  crash(): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.host.process = null
    this.host.world.coverage.crashes++
    this.host.world.gate.bury(this, this.host.world.chance)
  }

  /** SIGTERM: ends in good order, some time from now. */
  async drain(): Promise<void> {
    const [daemon, dispatcher] = [this.#daemon, this.dispatcher]
    if (daemon === null || dispatcher === null) return
    this.#daemon = null
    this.host.world.truth.drained.set(this.serial, this.host.world.truth.tick())
    await daemon.drain()
    await dispatcher.close()
    if (!this.isAlive) return
    this.isAlive = false
    this.host.process = null
  }

  async #open(): Promise<void> {
    try {
      this.dispatcher = await openDispatcher(configOf(this.host), adaptersOf(this), this.log)
      this.#daemon = new Daemon(this.dispatcher, this.log)
      this.wake()
    } catch {
      // It says why and exits; somebody starts it again.
      if (this.isAlive) this.crash()
    }
  }
}

function hasLineOf(text: string, id: string): boolean {
  return text.split('\n').some((line) => line.startsWith(`${id} `))
}

function emptyDisk(): Disk {
  return { files: new Map(), commits: new Set(), runs: new Map() }
}
