/** The supervisor's orders and reports, without the process around them. */
import { join } from 'node:path'
import { EndSync } from './end-sync.js'
import { wordsOf } from './errno.js'
import type { Order, Report, Settings } from './order.js'
import { PipePool } from './pipe-pool.js'
import type { RunEnd, RunSpec } from './port.js'
import { ownIdentity, type ProcessIdentity, renderIdentity } from './process-identity.js'
import { readProcessTable } from './process-table.js'
import { removeRemains } from './remove-remains.js'
import { layoutOf, PIPES_PREFIX, type RunLayout } from './run-layout.js'
import type { RunnerErrorCode } from './runner-error.js'
import { Supervision } from './supervise.js'
import { takeRun } from './take-run.js'
import { writeEnd, writeEndAtLast } from './write-end.js'

/** How often running work is looked at, so that a process which leaves its parents later is known by then. */
const LOOK_MS = 1_000
/** Looking takes at most this part of the time. */
const LOOK_SHARE = 0.02

export class SupervisorCore {
  readonly #report: (report: Report) => void
  readonly #identity: ProcessIdentity = ownIdentity()
  readonly #running = new Map<string, Supervision>()
  #settings: Settings | null = null
  #pipes: PipePool | null = null
  readonly #endSync = new EndSync()
  #busy = 0
  #isLooking = false

  constructor(report: (report: Report) => void) {
    this.#report = report
  }

  get isIdle(): boolean {
    return this.#busy === 0
  }

  /** Resolves when the order is carried out. Never rejects. */
  async obey(order: Order): Promise<void> {
    switch (order.kind) {
      case 'settings':
        this.#settings = order.settings
        this.#pipes = new PipePool(
          join(order.settings.runs, `${PIPES_PREFIX}${renderIdentity(this.#identity)}`),
          order.settings.path,
        )
        return
      case 'run':
        return this.#run(order.spec)
      case 'stop':
        this.stop()
    }
  }

  stop(): void {
    for (const supervision of this.#running.values()) supervision.cancel()
  }

  /** At its end it has the time to remove what its dispatcher forgot in a hurry. */
  async close(): Promise<void> {
    this.#pipes?.close()
    await this.#endSync.flush()
    if (this.#settings !== null) await removeRemains(this.#settings.runs).catch(() => undefined)
  }

  async #run(spec: RunSpec): Promise<void> {
    this.#busy++
    try {
      const layout = layoutOf(this.#settings?.runs ?? '', spec.nonce)
      const taking = takeRun(layout, this.#identity)
      if (taking !== 'taken') this.#refuse(spec.nonce, taking, `the run is ${taking.replace('_', ' ')}`)
      else await this.#supervise(spec, layout)
    } catch (error) {
      this.#refuse(spec.nonce, 'start_failed', wordsOf(error))
    } finally {
      this.#busy--
    }
  }

  async #supervise(spec: RunSpec, layout: RunLayout): Promise<void> {
    if (this.#settings === null || this.#pipes === null) throw new Error('a run was ordered before the settings')
    const supervision = new Supervision(spec, layout, this.#settings)
    this.#running.set(spec.nonce, supervision)
    if (!this.#isLooking) this.#lookIn(LOOK_MS)
    const end = await supervision.run(this.#pipes)
    await this.#tell(layout, end)
    this.#running.delete(spec.nonce)
    this.#endSync.add(layout)
  }

  /** On disk before it is told; where the disk is full, told first: the dispatcher may still record the truth. */
  async #tell(layout: RunLayout, end: RunEnd): Promise<void> {
    const report: Report = { kind: 'ended', nonce: layout.nonce, end }
    try {
      writeEnd(layout, end)
      this.#report(report)
    } catch {
      this.#report(report)
      await writeEndAtLast(layout, end)
    }
  }

  #refuse(nonce: string, code: RunnerErrorCode, words: string): void {
    this.#report({ kind: 'refused', nonce, code, words })
  }

  #lookIn(ms: number): void {
    this.#isLooking = true
    setTimeout(() => this.#look(), ms)
  }

  #look(): void {
    this.#isLooking = false
    const before = performance.now()
    const old = [...this.#running.values()].filter(({ ageMs }) => ageMs > LOOK_MS / 2)
    if (old.length > 0) {
      const table = readProcessTable()
      for (const supervision of old) supervision.look(table)
    }
    const tookMs = performance.now() - before
    if (this.#running.size > 0) this.#lookIn(Math.max(LOOK_MS, tookMs / LOOK_SHARE))
  }
}
