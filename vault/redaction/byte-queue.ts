/** Bytes that came in and may not go out yet, addressed by their offset in the whole stream. */
export class ByteQueue {
  /** Offset of the first byte that is held. */
  #from = 0
  #bytes = new Uint8Array(1024)
  #start = 0
  #end = 0

  get from(): number {
    return this.#from
  }

  get to(): number {
    return this.#from + this.#end - this.#start
  }

  append(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length)
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /** A copy of the bytes up to `offset`, which leave the queue. */
  take(offset: number): Uint8Array {
    const taken = this.#bytes.slice(this.#start, this.#start + offset - this.#from)
    this.drop(offset)
    return taken
  }

  drop(offset: number): void {
    this.#start += offset - this.#from
    this.#from = offset
  }

  /** Doubles, so that many small chunks cost no more than one large one. */
  #makeRoom(more: number): void {
    const held = this.#bytes.subarray(this.#start, this.#end)
    const isRoomy = (held.length + more) * 2 <= this.#bytes.length
    const next = isRoomy ? this.#bytes : new Uint8Array((held.length + more) * 2)
    if (isRoomy) next.copyWithin(0, this.#start, this.#end)
    else next.set(held)
    this.#bytes = next
    this.#start = 0
    this.#end = held.length
  }
}
