/** One dispatcher's machine: `serve` on its state folder, started again a while after it died, whatever it died of. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ran, Running } from '../e2e/cli.js'
import type { Chance } from '../simulation/chance.js'
import { patiently } from './patiently.js'
import type { Stage, Station } from './stage.js'

const MOST_PAUSE_MS = 2_000
const LOOK_MS = 50

/** A daemon that ended although nobody killed it, or told it to. */
export interface OwnEnd {
  readonly host: string
  readonly code: number | null
  readonly words: string
}

export class Host {
  readonly ownEnds: OwnEnd[] = []
  #daemon: Running | null = null
  #isExpected = false
  #isClosing = false
  #startMs = 0
  #life: Promise<void> = Promise.resolve()

  constructor(
    private readonly stage: Stage,
    readonly station: Station,
    private readonly chance: Chance,
  ) {}

  /** Null while it is down. */
  get pid(): number | null {
    return this.#daemon?.pid ?? null
  }

  get isServing(): boolean {
    return this.#daemon?.stderr.includes('"msg":"serving"') ?? false
  }

  /** How long it took to start when it last came so far: what is a moment on this machine, now. */
  get startMs(): number {
    return this.#startMs
  }

  /** What it has said since its last start. */
  get words(): string {
    return this.#daemon?.stderr ?? ''
  }

  open(): void {
    this.#isClosing = false
    this.#life = this.#live()
  }

  /** The next end is somebody's doing. */
  expectEnd(): void {
    this.#isExpected = true
  }

  async serving(): Promise<void> {
    if (!(await patiently(() => this.isServing))) throw new Error(`${this.station.name} does not serve:\n${this.words}`)
  }

  /** As an operator stops it; @returns how it ended. */
  async close(): Promise<Ran | null> {
    this.#isClosing = true
    const daemon = this.#daemon
    this.expectEnd()
    daemon?.signal('SIGTERM')
    const ran = daemon === null ? null : await daemon.ended
    await this.#life
    return ran
  }

  async #live(): Promise<void> {
    while (!this.#isClosing && !this.stage.isOver) {
      this.#isExpected = false
      const daemon = this.stage.operator.start('serve', '--config', this.station.config)
      this.#daemon = daemon
      void this.#time(daemon)
      const { code, stderr } = await daemon.ended
      this.#daemon = null
      if (!this.#isExpected) this.ownEnds.push({ host: this.station.name, code, words: stderr.slice(-2_000) })
      if (!this.#isClosing) await sleep(this.chance.below(MOST_PAUSE_MS))
    }
  }

  async #time(daemon: Running): Promise<void> {
    const before = performance.now()
    while (this.#daemon === daemon && !this.isServing) await sleep(LOOK_MS)
    if (this.#daemon === daemon) this.#startMs = performance.now() - before
  }
}
