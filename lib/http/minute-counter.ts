const MINUTE_MS = 60_000

/** How often something happened by an address in the present minute. Forgets all of them when the minute is over, or when there are too many. */
export class MinuteCounter {
  #counts = new Map<string, number>()
  #minute = 0

  constructor(
    private readonly most: number,
    private readonly addresses: number,
    private readonly now: () => number,
  ) {}

  add(address: string): void {
    this.#turn()
    // A flood of addresses must not fill the memory; it may get a new allowance instead.
    if (this.#counts.size >= this.addresses && !this.#counts.has(address)) this.#counts.clear()
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1)
  }

  isSpent(address: string): boolean {
    this.#turn()
    return (this.#counts.get(address) ?? 0) >= this.most
  }

  #turn(): void {
    const minute = Math.floor(this.now() / MINUTE_MS)
    if (minute !== this.#minute) this.#counts = new Map()
    this.#minute = minute
  }
}
