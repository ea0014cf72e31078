/**
 * The machine's clock, except that it never goes back: where it steps back, the greatest time that was seen counts until
 * it has caught up. No record is dated before an earlier one, what has expired stays so, and no window gains time.
 */
import type { Log } from '../../lib/log/port.js'

/** Milliseconds that are not worth a word: clocks are set by a second now and then. */
const TOLD_MS = 10_000

export class SteadyClock {
  #greatest = 0
  #isTold = false

  /** @param remedy what to do where the clock was ahead before, and is right now */
  constructor(
    private readonly machineNow: () => number,
    private readonly log: Log,
    private readonly remedy: string,
  ) {}

  /** Epoch milliseconds that were seen before this process began. */
  startFrom(at: number): void {
    this.#greatest = Math.max(this.#greatest, at)
  }

  /** Epoch milliseconds. */
  readonly now = (): number => {
    const machine = this.machineNow()
    const behindMs = this.#greatest - machine
    this.#greatest = Math.max(this.#greatest, machine)
    if (behindMs > TOLD_MS && !this.#isTold) this.#tell(behindMs)
    if (behindMs <= 0 && this.#isTold) {
      this.#isTold = false
      this.log.info({}, 'the clock has caught up')
    }
    return this.#greatest
  }

  #tell(behindMs: number): void {
    this.#isTold = true
    this.log.warn(
      {
        behindSeconds: Math.round(behindMs / 1000),
        counts: new Date(this.#greatest).toISOString(),
        remedy: this.remedy,
      },
      'the clock went back: until it has caught up, the greatest time that was seen counts',
    )
  }
}
