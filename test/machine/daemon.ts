/** `countersign serve`, and what it says. */
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { Ran, Running } from '../e2e/cli.js'
import { until } from '../e2e/until.js'

export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly error?: { readonly type: string; readonly message: string; readonly stack?: string }
  readonly failures?: number
}

const ERROR = 50
const TICK_FAILED = 'a tick failed; it is tried again, less often while it lasts'
const SUCCEEDS = 'ticks succeed again'

export class Daemon {
  constructor(private readonly running: Running) {
    onTestFinished(() => this.running.signal('SIGKILL'))
  }

  get lines(): readonly LogLine[] {
    const lines = this.running.stderr.split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line) as LogLine)
  }

  /** What was said of ticks that failed. */
  get failures(): readonly string[] {
    return this.lines.filter(({ msg }) => msg === TICK_FAILED).map(({ error }) => error?.message ?? '')
  }

  get errors(): readonly LogLine[] {
    return this.lines.filter(({ level }) => level >= ERROR)
  }

  says(msg: string, times = 1): Promise<void> {
    return until(
      `the daemon says ${msg}`,
      () => this.running.stderr.split(msg).length > times,
      () => this.running.stderr,
    )
  }

  isUp(): Promise<void> {
    return this.says('"serving"')
  }

  fails(): Promise<void> {
    return this.says(TICK_FAILED)
  }

  recovers(times = 1): Promise<void> {
    return this.says(SUCCEEDS, times)
  }

  /** How many ticks failed, told when they succeeded again. */
  get failedTicks(): number {
    return this.lines.find(({ msg }) => msg === SUCCEEDS)?.failures ?? 0
  }

  /** Lets it tick while nothing changes. */
  async goesOn(seconds: number): Promise<void> {
    await sleep(seconds * 1_000)
  }

  /** By itself, or when it is told to. */
  get ended(): Promise<Ran> {
    return this.running.ended
  }

  async stop(): Promise<Ran> {
    this.running.signal('SIGTERM')
    return this.ended
  }
}
