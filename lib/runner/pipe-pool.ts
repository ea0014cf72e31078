/**
 * The pipe that carries a run's output to its supervisor. Node gives children a socket instead, which cannot be opened
 * again by `/dev/stderr`, and one for each stream, which loses the order of lines. So these are named pipes, made many at
 * a time.
 */
import { spawn } from 'node:child_process'
import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errno } from './errno.js'
import { PACE } from './runner-limits.js'

const MKFIFO = 'mkfifo'
const NO_MKFIFO = 'mkfifo is not on the PATH; install coreutils'
/** It says a line for each name that it could not make. */
const SAID_CHARS = 300

export interface OutputPipe {
  readonly name: string
  readonly readFd: number
  /** What steps write to. */
  readonly writeFd: number
}

export class PipePool {
  readonly #folder: string
  readonly #path: string
  #names: string[] = []
  #making: Promise<void> | null = null
  #made = 0

  constructor(folder: string, path: string) {
    this.#folder = folder
    this.#path = path
  }

  /** Both ends, open: the taker's to close. */
  async take(): Promise<OutputPipe> {
    return open(await this.takeName())
  }

  async takeName(): Promise<string> {
    for (;;) {
      while (this.#names.length === 0) await this.#refill()
      const name = this.#names.pop() ?? ''
      // A run can remove what its user can: then others are made.
      if (existsSync(name)) return name
    }
  }

  /** `ended`: its reader has seen the end, so nobody holds it any more and nothing is in it. */
  giveBack(pipe: OutputPipe, ended: boolean): void {
    if (ended) this.#names.push(pipe.name)
    else rmSync(pipe.name, { force: true })
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #refill(): Promise<void> {
    this.#making ??= this.#make().finally(() => {
      this.#making = null
    })
    return this.#making
  }

  async #make(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const names = Array.from({ length: PACE.pipesAtOnce }, () => join(this.#folder, `${this.#made++}`))
    await mkfifo(names, this.#path)
    this.#names.push(...names)
  }
}

function mkfifo(names: readonly string[], path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Whatever PATH runs are given: it is the supervisor that needs it.
    const env = { PATH: `${path}:/usr/bin:/bin`, LC_ALL: 'C' }
    const child = spawn(MKFIFO, ['-m', '600', '--', ...names], { stdio: ['ignore', 'ignore', 'pipe'], env })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(0, SAID_CHARS)
    })
    child.once('error', (error) => reject(isMissing(error) ? new Error(NO_MKFIFO, { cause: error }) : error))
    child.once('close', (code) => (code === 0 ? resolve() : reject(failed(said.trim()))))
  })
}

function isMissing(error: Error): boolean {
  return errno(error) === 'ENOENT'
}

/** As the system itself would refuse it: of a full disk nobody else tells. */
function failed(said: string): Error {
  const isFull = /No space left on device|Disk quota exceeded/.test(said)
  return Object.assign(new Error(`no pipe could be made: ${said}`), isFull ? { code: 'ENOSPC' } : {})
}

function open(name: string): OutputPipe {
  // The read end first, without waiting for a writer; then the write end finds its reader and does not wait either.
  const readFd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return { name, readFd, writeFd: openSync(name, constants.O_WRONLY) }
  } catch (error) {
    closeSync(readFd)
    throw error
  }
}
