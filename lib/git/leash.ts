import type { ChildProcess } from 'node:child_process'

/** timeout: its time was up. stopped: the caller asked. flood: it said more than anybody wants to hold. enough: the reader has what it wanted. */
export type Pull = 'timeout' | 'stopped' | 'flood' | 'enough'

const TERM_GRACE_MS = 2_000
const KILL_GRACE_MS = 1_000

/** Holds a process with all that it started: git's ssh or remote helper would otherwise outlive it, and keep its pipes open. */
export class Leash {
  #pulled: Pull | null = null
  #timers: NodeJS.Timeout[] = []
  #isLost: () => void = () => {}
  /** Resolves when the process was killed and still did not end: something escaped and holds its pipes. */
  readonly lost = new Promise<void>((resolve) => {
    this.#isLost = resolve
  })

  constructor(
    private readonly kill: (signal: NodeJS.Signals) => void,
    limitMs: number,
    private readonly signal: AbortSignal | null,
  ) {
    this.#timers.push(setTimeout(() => this.pull('timeout'), limitMs))
    if (signal?.aborted === true) this.pull('stopped')
    signal?.addEventListener('abort', this.#stop)
  }

  get pulled(): Pull | null {
    return this.#pulled
  }

  pull(why: Pull): void {
    if (this.#pulled !== null) return
    this.#pulled = why
    this.kill('SIGTERM')
    this.#timers.push(
      setTimeout(() => this.kill('SIGKILL'), TERM_GRACE_MS),
      setTimeout(this.#isLost, TERM_GRACE_MS + KILL_GRACE_MS),
    )
  }

  release(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.signal?.removeEventListener('abort', this.#stop)
  }

  readonly #stop = (): void => this.pull('stopped')
}

/** Ends a process that leads a group of its own, and the group with it. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // There is no such group: it has ended, or it does not lead one.
    child.kill(signal)
  }
}
