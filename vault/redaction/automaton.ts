/**
 * Finds many patterns in one pass (Aho and Corasick, 1975): a tree of all patterns in which each node knows the longest
 * other beginning of a pattern that it ends with. Time is linear in the input, however the patterns overlap.
 */
const ROOT = 0

export class Automaton {
  readonly maxDepth: number
  #count = 1
  /** Children as a list: first child of a node, then its next sibling. A table of 256 a node would be 50 times as large. */
  readonly #firstChild: Int32Array
  readonly #sibling: Int32Array
  readonly #byte: Uint8Array
  readonly #fallback: Int32Array
  readonly #depth: Int32Array
  /** Length of the longest pattern that ends at a node; 0 where none does. */
  readonly #longest: Int32Array
  /** The root's children by byte: most of the input never leaves the root. */
  readonly #start = new Int32Array(256)

  constructor(patterns: readonly Uint8Array[]) {
    const size = patterns.reduce((sum, pattern) => sum + pattern.length, 1)
    this.#firstChild = new Int32Array(size)
    this.#sibling = new Int32Array(size)
    this.#byte = new Uint8Array(size)
    this.#fallback = new Int32Array(size)
    this.#depth = new Int32Array(size)
    this.#longest = new Int32Array(size)
    this.maxDepth = patterns.reduce((most, pattern) => Math.max(most, pattern.length), 0)
    for (const pattern of patterns) this.#add(pattern)
    this.#link()
  }

  /** The state after `byte`: the longest end of the input that begins a pattern. */
  next(state: number, byte: number): number {
    for (let node = state; node !== ROOT; node = this.#fallback[node] ?? ROOT) {
      const child = this.#child(node, byte)
      if (child !== ROOT) return child
    }
    return this.#start[byte] ?? ROOT
  }

  /** How many bytes of the input may yet turn out to begin a match. */
  depth(state: number): number {
    return this.#depth[state] ?? 0
  }

  /** Length of the longest pattern that ends here, 0 for none. */
  matched(state: number): number {
    return this.#longest[state] ?? 0
  }

  #child(node: number, byte: number): number {
    let child = this.#firstChild[node] ?? ROOT
    while (child !== ROOT && this.#byte[child] !== byte) child = this.#sibling[child] ?? ROOT
    return child
  }

  #add(pattern: Uint8Array): void {
    let node = ROOT
    for (const byte of pattern) {
      const known = node === ROOT ? (this.#start[byte] ?? ROOT) : this.#child(node, byte)
      node = known === ROOT ? this.#grow(node, byte) : known
    }
    this.#longest[node] = pattern.length
  }

  #grow(parent: number, byte: number): number {
    const node = this.#count++
    this.#byte[node] = byte
    this.#depth[node] = this.depth(parent) + 1
    this.#sibling[node] = this.#firstChild[parent] ?? ROOT
    this.#firstChild[parent] = node
    if (parent === ROOT) this.#start[byte] = node
    return node
  }

  /** By depth, so that what a node falls back to is finished before it. */
  #link(): void {
    const queue = new Int32Array(this.#count)
    let end = 1
    for (let at = 0; at < end; at++) {
      const node = queue[at] ?? ROOT
      for (let child = this.#firstChild[node] ?? ROOT; child !== ROOT; child = this.#sibling[child] ?? ROOT) {
        queue[end++] = child
        if (node === ROOT) continue
        const fallback = this.next(this.#fallback[node] ?? ROOT, this.#byte[child] ?? 0)
        this.#fallback[child] = fallback
        if (this.matched(child) === 0) this.#longest[child] = this.matched(fallback)
      }
    }
  }
}
