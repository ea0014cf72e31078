/** The loop of `countersign serve`: ticks one at a time, keeps long runs in hand, and never ends because one tick fails. */
import { GitError } from '../lib/git/git-error.js'
import type { Log } from '../lib/log/port.js'
import type { Launched } from './apply/launcher.js'
import type { Dispatcher } from './dispatcher.js'
import type { Pulse } from './serve/health.js'
import { tick } from './tick.js'

const FIRST_BACKOFF_MS = 1_000
const MOST_BACKOFF_MS = 5 * 60_000

export class Daemon {
  readonly #inHand = new Map<string, Promise<Launched>>()
  #current: Promise<void> | null = null
  #isAgain = false
  #failures = 0
  #quietUntil = 0
  #quietMs = 0
  /** Kinds of failures that were said since ticks last succeeded. */
  readonly #said = new Set<string>()
  #lastSuccessAt: number | null = null
  #busySince: number | null = null

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly log: Log,
    /** No tick succeeds until it is made anew, which is for whoever opened it. */
    private readonly onCloneGone: () => void = () => undefined,
  ) {}

  get pulse(): Pulse {
    return { lastSuccessAt: this.#lastSuccessAt, busySince: this.#busySince, failures: this.#failures }
  }

  /** Ticks now, or once more after the tick that is under way. Never rejects. */
  wake(): Promise<void> {
    if (this.#current !== null) {
      this.#isAgain = true
      return this.#current
    }
    this.#current = this.#loop().finally(() => {
      this.#current = null
    })
    return this.#current
  }

  /** Claims nothing more, hands running work to its supervisor, and records what is done. */
  async drain(): Promise<void> {
    this.#isAgain = false
    this.dispatcher.launcher.drain()
    await this.#current
    await Promise.all(this.#inHand.values())
  }

  async #loop(): Promise<void> {
    for (let isDue = true; isDue; isDue = this.#takeAgain()) {
      if (this.#isQuietOver()) await this.#tickSafely()
    }
  }

  /** A clock that steps back must not silence it: no pause is longer than it was to be. */
  #isQuietOver(): boolean {
    const leftMs = this.#quietUntil - this.dispatcher.machineNow()
    return leftMs <= 0 || leftMs > this.#quietMs
  }

  #takeAgain(): boolean {
    const isAgain = this.#isAgain
    this.#isAgain = false
    return isAgain
  }

  /** Says a failure once, asks less often while it lasts, and says when it is over (field failure 11). */
  async #tickSafely(): Promise<void> {
    this.#busySince = this.dispatcher.machineNow()
    const launched = new Map<string, Promise<Launched>>()
    try {
      await tick(this.dispatcher, new Set(this.#inHand.keys()), launched)
      if (this.#failures > 0) this.log.info({ failures: this.#failures }, 'ticks succeed again')
      this.#failures = 0
      this.#quietUntil = 0
      this.#said.clear()
      this.#lastSuccessAt = this.dispatcher.machineNow()
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#busySince = null
      // What a tick took in hand before it failed goes on: it must not be taken up twice.
      this.#follow(launched)
    }
  }

  #failed(error: unknown): void {
    if (this.dispatcher.launcher.isDraining) {
      this.log.info({ error }, 'the tick under way was given up; the next start decides anew')
      return
    }
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failures, MOST_BACKOFF_MS)
    this.#quietMs = backoffMs
    this.#quietUntil = this.dispatcher.machineNow() + backoffMs
    this.#failures++
    if (error instanceof GitError && error.code === 'clone_gone') {
      this.onCloneGone()
      return
    }
    const kind = kindOf(error)
    if (!this.#said.has(kind)) this.log.error({ error }, 'a tick failed; it is tried again, less often while it lasts')
    else this.log.debug({ error, failures: this.#failures, backoffMs }, 'a tick failed again')
    this.#said.add(kind)
  }

  #follow(launched: ReadonlyMap<string, Promise<Launched>>): void {
    for (const [id, run] of launched) {
      this.#inHand.set(id, run)
      void run.finally(() => this.#inHand.delete(id))
    }
  }
}

/** What is wrong, whatever numbers and names its words hold: another kind is worth another word. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { name, code } = error as NodeJS.ErrnoException
  return `${name} ${code ?? ''}`
}
