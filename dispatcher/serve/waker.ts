/** Many deliveries, few ticks: a burst of webhooks wakes at once, and once more when it is over. */
const LEAST_GAP_MS = 1_000

export class Waker {
  #last = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null

  constructor(
    private readonly tick: () => void,
    private readonly now: () => number,
    private readonly gapMs: number = LEAST_GAP_MS,
  ) {}

  wake(): void {
    if (this.#timer !== null) return
    const left = this.#last + this.gapMs - this.now()
    // A clock that steps back must not silence it.
    if (left <= 0 || left > this.gapMs) this.#now()
    else this.#timer = setTimeout(() => this.#now(), left)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #now(): void {
    this.#timer = null
    this.#last = this.now()
    this.tick()
  }
}
