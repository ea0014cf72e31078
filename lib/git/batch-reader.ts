/** One long-lived `cat-file --batch-command` for all reads: 5,000 objects in the time that 10 processes take to start. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { type BatchAnswer, BatchParser } from './batch-parser.js'
import type { GitContext } from './context.js'
import { describeFailure, namedFailure } from './describe-failure.js'
import { GitError } from './git-error.js'
import { killGroup, Leash } from './leash.js'
import { startLocal } from './local-process.js'

interface Question {
  readonly oid: Oid
  readonly withContents: boolean
  readonly resolve: (answer: BatchAnswer) => void
  readonly reject: (error: GitError) => void
  /** Processes that died while this was the next to be answered. */
  deaths: number
}

const COMMAND = 'git cat-file'

export class BatchReader {
  #queue: Question[] = []
  #current: BatchProcess | null = null
  #closed = false

  constructor(private readonly context: GitContext) {}

  /** Type and size only: so that nobody reads 100 MB to learn that it is too much. */
  info(oid: Oid): Promise<BatchAnswer> {
    return this.#ask(oid, false)
  }

  contents(oid: Oid): Promise<BatchAnswer> {
    return this.#ask(oid, true)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#current?.end()
  }

  #ask(oid: Oid, withContents: boolean): Promise<BatchAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new GitError('failed', 'the repository was closed', { command: COMMAND }))
      const question: Question = { oid, withContents, resolve, reject, deaths: 0 }
      this.#queue.push(question)
      this.#current ??= this.#start()
      this.#current.ask(question)
    })
  }

  #start(): BatchProcess {
    const started = new BatchProcess(this.context, this.#queue, (error) => this.#died(started, error))
    return started
  }

  /** Whoever was next has killed it, or was there by chance: it gets one more try, the others get a new process. */
  #died(dead: BatchProcess, error: GitError): void {
    if (this.#current !== dead) return
    this.#current = null
    const next = this.#queue[0]
    if (next !== undefined) next.deaths += 1
    if (next !== undefined && next.deaths > 1) {
      this.#queue.shift()
      next.reject(error)
    }
    const isLost = this.#closed || error.code === 'missing_git'
    if (isLost) for (const question of this.#queue.splice(0)) question.reject(error)
    if (this.#queue.length === 0) return
    this.#current = this.#start()
    for (const question of this.#queue) this.#current.ask(question)
  }
}

/** One process; answers come in the order of the questions. */
class BatchProcess {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #parser = new BatchParser()
  readonly #ended: Promise<void>
  #leash: Leash | null = null
  #stderr = ''
  #error: GitError | null = null
  #unsent = ''

  constructor(
    private readonly context: GitContext,
    private readonly queue: Question[],
    whenDead: (error: GitError) => void,
  ) {
    this.#child = startLocal(context, ['cat-file', '--batch-command'])
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(chunk))
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4_000)
    })
    this.#child.stdin.on('error', () => {})
    this.#child.on('error', (error) => {
      this.#stderr += error.message
    })
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', (exitCode, signal) => {
        this.#leash?.release()
        resolve()
        whenDead(this.#error ?? this.#failure(exitCode, signal))
      })
    })
  }

  ask(question: Question): void {
    // A thousand questions that are asked in one turn of the loop are one write: a write costs more than its answer.
    if (this.#unsent === '') setImmediate(() => this.#send())
    this.#unsent += `${question.withContents ? 'contents' : 'info'} ${question.oid}\n`
    this.#leash ??= this.#newLeash()
  }

  #send(): void {
    if (this.#unsent === '') return
    this.#child.stdin.write(this.#unsent)
    this.#unsent = ''
  }

  async end(): Promise<void> {
    this.#send()
    this.#child.stdin.end()
    await this.#ended
  }

  #read(chunk: Buffer): void {
    this.#parser.push(chunk)
    try {
      for (let next = this.queue[0]; next !== undefined && this.#error === null; next = this.queue[0]) {
        const answer = this.#parser.next(next)
        if (answer === null) break
        this.queue.shift()
        next.resolve(answer)
        this.#leash?.release()
        this.#leash = null
      }
    } catch (error) {
      this.#error = namedFailure('failed', COMMAND, String(error), error)
      killGroup(this.#child, 'SIGKILL')
    }
    if (this.queue.length > 0) this.#leash ??= this.#newLeash()
  }

  /** Each answer has its own time. */
  #newLeash(): Leash {
    return new Leash((signal) => killGroup(this.#child, signal), LIMITS.gitLocalMs, null)
  }

  #failure(exitCode: number | null, signal: NodeJS.Signals | null): GitError {
    if (this.#leash?.pulled === 'timeout') return namedFailure('timeout', COMMAND, '')
    const output = { exitCode, signal, stdout: Buffer.alloc(0), stderr: this.#stderr }
    return describeFailure(COMMAND, output, this.context.redact)
  }
}
