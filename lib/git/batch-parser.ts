/** What `cat-file --batch-command` answered to one question. `bytes` only where the contents were asked for. */
export type BatchAnswer =
  | { readonly kind: 'missing' }
  | { readonly kind: 'object'; readonly type: string; readonly size: number; readonly bytes: Buffer | null }

/** The answer is not of the form that git documents: nothing after it can be trusted. */
class BatchProtocolError extends Error {}

const HEADER = /^([0-9a-f]{40}|[0-9a-f]{64}) (?:(missing)|(commit|tree|blob|tag) ([0-9]{1,15}))$/
const LONGEST_HEADER = 200

/** Cuts the output into answers. Chunks are joined once for each answer, so that a large object costs its size only. */
export class BatchParser {
  #chunks: Buffer[] = []
  #size = 0
  #header: { type: string; size: number } | null = null

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  /** @param expected the question that the next answer belongs to; null until it has arrived whole */
  next(expected: { readonly oid: string; readonly withContents: boolean }): BatchAnswer | null {
    if (this.#header !== null) return this.#contents(this.#header)
    const line = this.#line()
    if (line === null) return null
    const match = HEADER.exec(line)
    if (match === null || match[1] !== expected.oid)
      throw new BatchProtocolError(`unexpected answer: ${line.slice(0, 100)}`)
    if (match[2] !== undefined) return { kind: 'missing' }
    const header = { type: match[3] ?? '', size: Number(match[4]) }
    if (!expected.withContents) return { kind: 'object', ...header, bytes: null }
    this.#header = header
    return this.#contents(header)
  }

  #contents(header: { type: string; size: number }): BatchAnswer | null {
    if (this.#size < header.size + 1) return null
    const bytes = this.#take(header.size + 1)
    if (bytes[header.size] !== 0x0a) throw new BatchProtocolError('an object is longer than was said')
    this.#header = null
    // A copy: whoever keeps a small object must not keep the whole chunk that it came in.
    return { kind: 'object', ...header, bytes: Buffer.from(bytes.subarray(0, header.size)) }
  }

  #line(): string | null {
    if (this.#size === 0) return null
    const all = this.#joined()
    const end = all.indexOf(0x0a)
    if (end === -1 && all.length <= LONGEST_HEADER) return null
    if (end === -1) throw new BatchProtocolError('a line without end')
    return this.#take(end + 1).toString('latin1', 0, end)
  }

  #joined(): Buffer {
    const [first] = this.#chunks
    if (first !== undefined && this.#chunks.length === 1) return first
    const all = Buffer.concat(this.#chunks, this.#size)
    this.#chunks = [all]
    return all
  }

  #take(size: number): Buffer {
    const all = this.#joined()
    const rest = all.subarray(size)
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#size = rest.length
    return all.subarray(0, size)
  }
}
