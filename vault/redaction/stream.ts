/** Redacts a stream of bytes, wherever its chunks are cut. Holds back only what may yet turn out to begin a secret. */
import type { Automaton } from './automaton.js'
import { ByteQueue } from './byte-queue.js'

/** A stretch to be redacted; `isShown`: its marker is out already. */
interface Stretch {
  readonly start: number
  readonly end: number
  readonly isShown: boolean
}

export interface RedactionRules {
  readonly automaton: Automaton
  readonly marker: Uint8Array
  /** So many line breaks in a row may lie inside a secret: base64 is wrapped, terminals wrap. */
  readonly maxBreaks: number
}

const LF = 0x0a
const CR = 0x0d

export class RedactionStream {
  readonly #rules: RedactionRules
  readonly #held = new ByteQueue()
  /** In order, not overlapping. */
  #stretches: Stretch[] = []
  #state = 0
  #breaks = 0
  /** Offsets of the last bytes that were no line breaks, as a ring: where a match began. */
  readonly #offsets: Float64Array
  #read = 0
  #hasFound = false

  constructor(rules: RedactionRules) {
    this.#rules = rules
    this.#offsets = new Float64Array(rules.automaton.maxDepth + 1)
  }

  get hasFound(): boolean {
    return this.#hasFound
  }

  push(chunk: Uint8Array): Uint8Array {
    let offset = this.#held.to
    this.#held.append(chunk)
    for (const byte of chunk) this.#look(byte, offset++)
    return this.#release(this.#beginOf(this.#rules.automaton.depth(this.#state)))
  }

  end(): Uint8Array {
    this.#state = 0
    return this.#release(this.#held.to)
  }

  #look(byte: number, offset: number): void {
    const { automaton, maxBreaks } = this.#rules
    if (byte === LF || byte === CR) {
      // Without a bound a flood of line breaks after a secret's first letter would have to be held.
      if (++this.#breaks > maxBreaks) this.#state = 0
      return
    }
    this.#breaks = 0
    this.#offsets[this.#read++ % this.#offsets.length] = offset
    this.#state = automaton.next(this.#state, byte)
    const length = automaton.matched(this.#state)
    if (length > 0) this.#mark(this.#beginOf(length), offset + 1)
  }

  /** The offset at which the last `length` bytes that were no line breaks begin. */
  #beginOf(length: number): number {
    return length === 0 ? this.#held.to : (this.#offsets[(this.#read - length) % this.#offsets.length] ?? 0)
  }

  /** Matches that overlap become one stretch: of two secrets that share bytes neither may show its rest. */
  #mark(start: number, end: number): void {
    this.#hasFound = true
    let merged: Stretch = { start, end, isShown: false }
    for (
      let last = this.#stretches.at(-1);
      last !== undefined && last.end > merged.start;
      last = this.#stretches.at(-1)
    ) {
      this.#stretches.pop()
      merged = { start: Math.min(last.start, merged.start), end, isShown: last.isShown || merged.isShown }
    }
    this.#stretches.push(merged)
  }

  /** Lets go what lies before `limit`. A stretch over the limit shows its marker now, so that its bytes need not be kept. */
  #release(limit: number): Uint8Array {
    const out: Uint8Array[] = []
    const later: Stretch[] = []
    for (const stretch of this.#stretches) {
      if (stretch.start >= limit) {
        later.push(stretch)
        continue
      }
      out.push(this.#held.take(stretch.start))
      if (!stretch.isShown) out.push(this.#rules.marker)
      this.#held.drop(Math.min(stretch.end, limit))
      if (stretch.end > limit) later.push({ start: limit, end: stretch.end, isShown: true })
    }
    this.#stretches = later
    out.push(this.#held.take(limit))
    return joined(out)
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = parts
  if (only !== undefined && more.length === 0) return only
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
