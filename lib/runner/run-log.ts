/**
 * A run's output on its way to the disk: redacted before anything is stored (law 10), capped, hashed. Never waits for
 * the disk: what it holds back is `backlogBytes`, and whoever pushes stops reading when that grows.
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, ftruncateSync, openSync, write } from 'node:fs'
import { promisify } from 'node:util'
import { LIMITS } from '../../vault/limits.js'
import { errno } from './errno.js'
import { LogTail } from './log-tail.js'
import { type Redactor, redactorFor } from './redaction.js'
import type { RunnerLimits } from './runner-limits.js'

const writeTo = promisify(write)

export interface StoredLog {
  /** Of the bytes that were stored. */
  readonly sha256: string
  readonly tail: string
}

export class RunLog {
  readonly #path: string
  readonly #capBytes: number
  readonly #tail: LogTail
  readonly #redactor: Redactor
  readonly #hash = createHash('sha256')
  #fd: number | null = null
  #queue: Uint8Array[] = []
  #writing: Promise<void> | null = null
  #acceptedBytes = 0
  #storedBytes = 0
  #droppedBytes = 0
  #failure: string | null = null
  #lastByte = 0x0a
  backlogBytes = 0

  constructor(path: string, secretValues: readonly string[], limits: RunnerLimits) {
    this.#path = path
    this.#capBytes = limits.outputBytes
    this.#tail = new LogTail(limits.logTailBytes)
    this.#redactor = redactorFor(secretValues)
  }

  get isFull(): boolean {
    return this.#droppedBytes > 0
  }

  /** The chunk may be used again at once. */
  push(chunk: Uint8Array): void {
    this.#lastByte = chunk.at(-1) ?? this.#lastByte
    this.#take(this.#redactor.push(chunk), Math.max(0, this.#capBytes - LIMITS.runNotesBytes))
  }

  /** A line of the supervisor's own, in between. It is redacted too: words of an error may quote a value. */
  note(words: string): void {
    const line = Buffer.from(`${this.#lastByte === 0x0a ? '' : '\n'}[countersign] ${words}\n`)
    this.#lastByte = 0x0a
    this.#take(this.#redactor.push(line), this.#capBytes)
  }

  /** Resolves when nothing waits for the disk. */
  async flushed(): Promise<void> {
    while (this.#writing !== null) await this.#writing
  }

  /** Stores what the redactor held back. Never rejects: a full disk does not change how a run ended. */
  async close(): Promise<StoredLog> {
    this.#take(this.#redactor.end(), Math.max(0, this.#capBytes - LIMITS.runNotesBytes))
    await this.flushed()
    if (this.#droppedBytes > 0) this.#take(Buffer.from(this.#droppedNote()), this.#capBytes)
    await this.flushed()
    if (this.#fd !== null) this.#closeFile(this.#fd)
    return { sha256: this.#hash.digest('hex'), tail: this.#tail.text() }
  }

  /** A log that filled the disk would keep its own run from being recorded, and so itself from being removed. */
  #closeFile(fd: number): void {
    if (this.#failure !== null) ftruncateSync(fd)
    closeSync(fd)
  }

  #droppedNote(): string {
    const why = this.#failure === null ? `the limit is ${this.#capBytes}` : `it could not be stored: ${this.#failure}`
    return `\n[countersign] ${this.#droppedBytes} bytes of output are not in the log: ${why}\n`
  }

  /** The tail sees all of it: the reason of a failure is at the end, also after a flood. */
  #take(bytes: Uint8Array, capBytes: number): void {
    if (bytes.length === 0) return
    this.#tail.push(bytes)
    const room = this.#failure === null ? Math.max(0, capBytes - this.#acceptedBytes) : 0
    const kept = bytes.subarray(0, room)
    this.#droppedBytes += bytes.length - kept.length
    if (kept.length === 0) return
    this.#acceptedBytes += kept.length
    this.backlogBytes += kept.length
    this.#queue.push(kept)
    this.#writing ??= this.#store()
  }

  async #store(): Promise<void> {
    for (let batch = this.#queue; batch.length > 0; batch = this.#queue) {
      this.#queue = []
      const bytes = Buffer.concat(batch)
      if (this.#failure === null) await this.#append(bytes)
      else this.#droppedBytes += bytes.length
      this.backlogBytes -= bytes.length
    }
    this.#writing = null
  }

  async #append(bytes: Buffer): Promise<void> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    let done = 0
    try {
      this.#fd ??= openSync(this.#path, flags, 0o600)
      while (done < bytes.length) {
        const { bytesWritten } = await writeTo(this.#fd, bytes, done, bytes.length - done, this.#storedBytes)
        this.#hash.update(bytes.subarray(done, done + bytesWritten))
        done += bytesWritten
        this.#storedBytes += bytesWritten
      }
    } catch (error) {
      this.#failure = errno(error) || 'unknown error'
      this.#droppedBytes += bytes.length - done
    }
  }
}
