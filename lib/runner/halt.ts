export type HaltReason = 'timed_out' | 'cancelled'

const MAX_TIMER_MS = 2 ** 31 - 1

/** Why work must stop before its end: once, and for the first reason. The clock is monotonic: steps of the wall clock do not count. */
export class Halt {
  readonly happened: Promise<HaltReason>
  #reason: HaltReason | null = null
  #resolve!: (reason: HaltReason) => void
  #timer: NodeJS.Timeout | undefined
  #until = Number.POSITIVE_INFINITY

  constructor() {
    this.happened = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  get reason(): HaltReason | null {
    return this.#reason
  }

  trigger(reason: HaltReason): void {
    this.#reason ??= reason
    this.#resolve(reason)
    this.clear()
  }

  /** Sets the limit, or shortens it; never extends it. */
  within(limitMs: number): void {
    const until = performance.now() + limitMs
    if (this.#reason !== null || until >= this.#until) return
    this.#until = until
    this.clear()
    this.#timer = setTimeout(() => this.trigger('timed_out'), Math.min(Math.max(limitMs, 1), MAX_TIMER_MS))
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}
