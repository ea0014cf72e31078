import { LIMITS } from '../../vault/limits.js'
import { removeRemains } from './remove-remains.js'
import type { SpareFolders } from './spare-folders.js'

/**
 * Removes forgotten runs when no burst is under way, but before disks fill up. A dispatcher that ends before leaves it to
 * its supervisor.
 */
export class LazyRemoval {
  readonly #runs: string
  readonly #spares: SpareFolders
  #timer: NodeJS.Timeout | null = null
  #since = 0
  #isStopped = false

  constructor(runs: string, spares: SpareFolders) {
    this.#runs = runs
    this.#spares = spares
  }

  schedule(): void {
    if (this.#isStopped) return
    if (this.#timer === null) this.#since = performance.now()
    else clearTimeout(this.#timer)
    const latestMs = Math.max(0, this.#since + LIMITS.forgottenMs - performance.now())
    this.#timer = setTimeout(() => void this.#remove(), Math.min(LIMITS.forgottenQuietMs, latestMs)).unref()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  async #remove(): Promise<void> {
    this.#timer = null
    // What could not be read or removed now is found again next time.
    await removeRemains(this.#runs)
      .then(() => this.#spares.look())
      .catch(() => undefined)
  }
}
