/** Reads SSH's encoding (RFC 4251): fields with their length before them. Every read can fail: the bytes are a stranger's. */
export class WireReader {
  #rest: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#rest = bytes
  }

  get isAtEnd(): boolean {
    return this.#rest.length === 0
  }

  take(length: number): Uint8Array | null {
    if (this.#rest.length < length) return null
    const taken = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return taken
  }

  uint32(): number | null {
    const bytes = this.take(4)
    return bytes === null ? null : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  }

  /** A field with its length before it. */
  string(): Uint8Array | null {
    const length = this.uint32()
    return length === null ? null : this.take(length)
  }

  /** A field of ASCII; other bytes come out as other characters, and so equal nothing that is looked for. */
  text(): string | null {
    return latin1(this.string())
  }

  /** Text of a known length. */
  mark(length: number): string | null {
    return latin1(this.take(length))
  }
}

function latin1(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('latin1')
}
