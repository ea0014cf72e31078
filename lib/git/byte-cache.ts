/** Remembers what was used last, up to a number of bytes. Only for what cannot change: objects by their id. */
export class ByteCache<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>()
  #bytes = 0

  constructor(private readonly most: number) {}

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: string, value: Value, bytes: number): void {
    const before = this.#entries.get(key)
    if (before !== undefined) this.#bytes -= before.bytes
    this.#entries.delete(key)
    this.#entries.set(key, { value, bytes })
    this.#bytes += bytes
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.most) break
      this.#entries.delete(oldest)
      this.#bytes -= entry.bytes
    }
  }
}
