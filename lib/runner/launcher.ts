/**
 * A shell that starts steps. Node 20 starts a process by a fork of all its memory, and waits until the child has become
 * the program: a millisecond in which a supervisor does nothing else, and several on a busy machine. A shell forks in a
 * third of that, and nobody waits. So a few shells are kept, each at the head of a session of its own; each serves one run
 * at a time, reads what to start from a named pipe, and says how it ended. When the supervisor dies, the pipe ends, and
 * the shell with it. Secrets pass through its memory as they do through the supervisor's: a pipe is not the disk, and who
 * can read the memory of either can read the environment of a step.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs'
import { constants as os } from 'node:os'
import { Readable } from 'node:stream'
import { heedStart, lastPid, readProcess } from './process-table.js'
import type { StageExit } from './stage-exit.js'

// A step may signal its whole group (`trap 'kill 0' EXIT`), which the shell belongs to. Unlike one that is ignored, a
// signal that is caught is not passed on to what is started.
const GREETING = 'trap : HUP INT QUIT USR1 USR2 ALRM TERM\n'
const SIGNALS = new Map(Object.entries(os.signals).map(([name, number]) => [number, name as NodeJS.Signals]))

export class Launcher {
  readonly pid: number
  readonly startTicks: number
  readonly #child: ChildProcess
  readonly #pipe: string
  readonly #ordersFd: number
  #resolve: ((exit: StageExit) => void) | null = null
  #isOpen = true

  /** Throws where no shell can be started. */
  constructor(pipe: string) {
    this.#pipe = pipe
    // For reading too: so it opens without waiting for the shell, and does not end between two orders.
    this.#ordersFd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK)
    const options = { cwd: '/', env: {}, detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] as const }
    const before = lastPid()
    this.#child = spawn('/bin/sh', [pipe], { ...options, stdio: [...options.stdio] })
    this.pid = this.#child.pid ?? 0
    if (this.pid !== 0) heedStart(before, this.pid)
    this.startTicks = this.pid === 0 ? 0 : (readProcess(this.pid)?.startTicks ?? 0)
    this.#child.once('error', (error) => this.#end({ kind: 'not_started', why: error.message }))
    this.#child.once('exit', (_, signal) => this.#end({ kind: 'signalled', signal: signal ?? 'SIGHUP' }))
    const status = this.#child.stdio[3]
    if (status instanceof Readable) status.on('data', (chunk: Buffer) => this.#hear(Number(chunk.toString())))
    if (!this.#send(GREETING)) this.close()
  }

  /** Open, and serving nobody. */
  get isFree(): boolean {
    return this.#isOpen && !this.#child.killed && this.#resolve === null
  }

  /** How what `order` starts has ended. Null where the order did not go through: then nothing was started. */
  run(order: string): Promise<StageExit> | null {
    if (!this.isFree) return null
    if (!this.#send(order)) {
      this.close()
      return null
    }
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  close(): void {
    if (this.#isOpen) this.#child.kill('SIGKILL')
  }

  /**
   * False where it did not fit: a user with very many pipes gets short ones, and somebody may have written into this one.
   * The shell has read half a bracket at most then, and does nothing.
   */
  #send(text: string): boolean {
    const bytes = Buffer.from(text)
    try {
      return writeSync(this.#ordersFd, bytes) === bytes.length
    } catch {
      return false
    }
  }

  #hear(code: number): void {
    const signal = SIGNALS.get(code - 128)
    this.#answer(signal === undefined ? { kind: 'exited', code } : { kind: 'signalled', signal })
  }

  #end(exit: StageExit): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.#ordersFd)
    rmSync(this.#pipe, { force: true })
    this.#answer(exit)
  }

  #answer(exit: StageExit): void {
    this.#resolve?.(exit)
    this.#resolve = null
  }
}
