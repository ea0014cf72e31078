/** The last bytes of a stream. */
export class LogTail {
  readonly #maxBytes: number
  #chunks: Uint8Array[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  push(chunk: Uint8Array): void {
    // Copied: a slice would keep the whole buffer that it was read into.
    const kept = Uint8Array.from(chunk.subarray(Math.max(0, chunk.length - this.#maxBytes)))
    this.#chunks.push(kept)
    this.#bytes += kept.length
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      if (this.#bytes - first.length < this.#maxBytes) break
      this.#bytes -= first.length
      this.#chunks.shift()
    }
  }

  text(): string {
    return tailText(Buffer.concat(this.#chunks), this.#maxBytes)
  }
}

/** The last `maxBytes` as valid UTF-8; what is none becomes U+FFFD, which counts with its own bytes. */
export function tailText(bytes: Buffer, maxBytes: number): string {
  const decoded = Buffer.from(cutFront(bytes, maxBytes).toString('utf8'))
  return cutFront(decoded, maxBytes).toString('utf8')
}

/** Cuts before a character, not inside it. */
function cutFront(bytes: Buffer, maxBytes: number): Buffer {
  let start = Math.max(0, bytes.length - maxBytes)
  if (start === 0) return bytes
  for (let i = 0; i < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80; i++) start++
  return bytes.subarray(start)
}
