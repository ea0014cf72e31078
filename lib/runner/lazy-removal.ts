import { removeRemains } from './remove-remains.js'

/** How long nothing must have been forgotten before it is removed: then no burst is under way. */
const QUIET_MS = 10_000
/** How long it may be put off: disks fill up. */
const LATEST_MS = 120_000

/** Removes forgotten runs when there is time. A dispatcher that ends before leaves it to its supervisor. */
export class LazyRemoval {
  readonly #runs: string
  #timer: NodeJS.Timeout | null = null
  #since = 0
  #isStopped = false

  constructor(runs: string) {
    this.#runs = runs
  }

  schedule(): void {
    if (this.#isStopped) return
    if (this.#timer === null) this.#since = performance.now()
    else clearTimeout(this.#timer)
    const latestMs = Math.max(0, this.#since + LATEST_MS - performance.now())
    this.#timer = setTimeout(() => void this.#remove(), Math.min(QUIET_MS, latestMs)).unref()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  async #remove(): Promise<void> {
    this.#timer = null
    // What could not be read or removed now is found again next time.
    await removeRemains(this.#runs).catch(() => undefined)
  }
}
