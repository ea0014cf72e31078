/** The dispatcher's side of the channel to its supervisor. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LIMITS } from '../../vault/limits.js'
import type { Order, Refused, Report, Settings } from './order.js'
import type { RunEnd, RunSpec } from './port.js'
import { RunnerError } from './runner-error.js'

/** gone: the supervisor ended first; the disk says what became of the run. */
export type Answer =
  | { readonly kind: 'ended'; readonly end: RunEnd }
  | { readonly kind: 'gone'; readonly why: string }
  | Refused

export class SupervisorLink {
  readonly #child: ChildProcess
  readonly #waiting = new Map<string, { resolve: (answer: Answer) => void; reject: (error: RunnerError) => void }>()
  #isGone = false

  constructor(command: readonly string[], settings: Settings) {
    const [program = '', ...args] = command
    const log = openLog(join(settings.runs, '.supervisor.log'))
    try {
      this.#child = spawn(program, [...args, settings.runs], {
        // A supervisor holds no folder busy, and sees nothing of our environment.
        cwd: '/',
        env: { UV_THREADPOOL_SIZE: `${LIMITS.supervisorThreads}`, PATH: settings.path },
        detached: true,
        stdio: ['ignore', 'ignore', log, 'ipc'],
      })
    } finally {
      closeSync(log)
    }
    this.#child.on('message', (report: Report) => this.#hear(report))
    this.#child.once('exit', (code, signal) => this.#end(`it ended with ${signal ?? code}`))
    this.#child.once('error', (error) => this.#end(error.message))
    this.#send({ kind: 'settings', settings })
    this.#hold()
  }

  get isGone(): boolean {
    return this.#isGone
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  run(spec: RunSpec): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(spec.nonce, { resolve, reject })
      this.#hold()
      this.#send({ kind: 'run', spec })
    })
  }

  stop(): void {
    this.#send({ kind: 'stop' })
  }

  /** Its runs go on without us. */
  detach(): void {
    this.#isGone = true
    if (this.#child.connected) this.#child.disconnect()
    this.#child.unref()
    for (const [nonce, { reject }] of this.#waiting) {
      reject(new RunnerError('detached', `run ${nonce} was left to its supervisor`))
    }
    this.#waiting.clear()
  }

  #send(order: Order): void {
    // A failure to send means that it is gone, and its exit tells so.
    if (this.#child.connected) this.#child.send(order, () => undefined)
  }

  #hear(report: Report): void {
    const waiting = this.#waiting.get(report.nonce)
    this.#waiting.delete(report.nonce)
    waiting?.resolve(report)
    this.#hold()
  }

  #end(why: string): void {
    this.#isGone = true
    for (const { resolve } of this.#waiting.values()) resolve({ kind: 'gone', why })
    this.#waiting.clear()
  }

  /** A process that waits for a run stays; one that waits for nothing may end, and leaves the supervisor to itself. */
  #hold(): void {
    if (this.#waiting.size > 0) {
      this.#child.ref()
      this.#child.channel?.ref()
    } else {
      this.#child.unref()
      this.#child.channel?.unref()
    }
  }
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return openSync(path, size > LIMITS.supervisorLogBytes ? 'w' : 'a', 0o600)
}
