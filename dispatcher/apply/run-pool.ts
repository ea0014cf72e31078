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
    this.#active++
    try {
      return await work()
    } finally {
      this.#active--
      this.#waiting.shift()?.()
    }
  }
}
