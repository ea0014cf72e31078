/** At most so many runs at once; the others wait in the order in which they came. A long run never blocks a tick. */
export class RunPool {
  #active = 0
  readonly #waiting: (() => void)[] = []

  constructor(private readonly limit: number) {}

  get isBusy(): boolean {
    return this.#active + this.#waiting.length > 0
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active >= this.limit) await new Promise<void>((resume) => this.#waiting.push(resume))
    else this.#active++
    try {
      return await work()
    } finally {
      this.#passOn()
    }
  }

  /** From hand to hand: were it free in between, whoever comes just then would have it besides who waits for it. */
  #passOn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#active--
    else next()
  }
}
