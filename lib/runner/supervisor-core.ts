/** The supervisor's orders and reports, without the process around them. */
import { join } from 'node:path'
import { LIMITS } from '../../vault/limits.js'
import { EndSync } from './end-sync.js'
import { type Equipment, equip, handBack, type Workshop } from './equipment.js'
import { errno, wordsOf } from './errno.js'
import { LauncherPool } from './launcher-pool.js'
import type { Order, Report, Settings } from './order.js'
import { PipePool } from './pipe-pool.js'
import type { RunEnd, RunSpec } from './port.js'
import { ownIdentity, type ProcessIdentity, renderIdentity } from './process-identity.js'
import { readProcessTable } from './process-table.js'
import { removeRemains } from './remove-remains.js'
import { layoutOf, PIPES_PREFIX, type RunLayout } from './run-layout.js'
import type { RunnerErrorCode } from './runner-error.js'
import { PACE } from './runner-limits.js'
import { Supervision } from './supervise.js'
import { type Taking, takeRun } from './take-run.js'
import { makeRoom, writeEnd, writeEndAtLast } from './write-end.js'

export class SupervisorCore {
  readonly #report: (report: Report) => void
  readonly #identity: ProcessIdentity = ownIdentity()
  readonly #running = new Map<string, Supervision>()
  #workshop: Workshop | null = null
  readonly #endSync = new EndSync()
  #busy = 0
  #stops = 0
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
        this.#workshop = this.#openWorkshop(order.settings)
        return
      case 'run':
        return this.#run(order.spec)
      case 'stop':
        this.stop()
    }
  }

  stop(): void {
    this.#stops++
    for (const supervision of this.#running.values()) supervision.cancel()
  }

  /** At its end it has the time to remove what its dispatcher forgot in a hurry. */
  async close(): Promise<void> {
    await this.#endSync.flush()
    if (this.#workshop === null) return
    this.#workshop.launchers.close()
    this.#workshop.pipes.close()
    await removeRemains(this.#workshop.settings.runs).catch(() => undefined)
  }

  #openWorkshop(settings: Settings): Workshop {
    const pipes = new PipePool(join(settings.runs, `${PIPES_PREFIX}${renderIdentity(this.#identity)}`), settings.path)
    return { settings, pipes, launchers: new LauncherPool(pipes) }
  }

  async #run(spec: RunSpec): Promise<void> {
    const refuse = (code: RunnerErrorCode, words: string, fault = '') =>
      this.#report({ kind: 'refused', nonce: spec.nonce, code, words, fault })
    if (this.#workshop === null) return refuse('start_failed', 'it was ordered before the settings')
    this.#busy++
    try {
      const refusal = await this.#start(spec, this.#workshop)
      if (refusal !== null) refuse(refusal, `the run is ${refusal.replace('_', ' ')}`)
    } catch (error) {
      // Only of what comes before it was taken: after that, whatever goes wrong is an end.
      refuse('start_failed', wordsOf(error), errno(error))
    } finally {
      this.#busy--
    }
  }

  /** Null when it has ended. What cannot be had now (room on the disk) may be had later: so it is got before the run is taken. */
  async #start(spec: RunSpec, workshop: Workshop): Promise<Exclude<Taking, 'taken'> | null> {
    const layout = layoutOf(workshop.settings.runs, spec.nonce)
    const stops = this.#stops
    const equipment = await equip(workshop)
    let taking: Taking | null = null
    try {
      if (stops !== this.#stops) throw new Error('it was stopped before its start')
      taking = takeRun(layout, this.#identity)
    } finally {
      if (taking !== 'taken') handBack(workshop, equipment)
    }
    if (taking !== 'taken') return taking
    await this.#supervise(spec, layout, workshop, equipment)
    return null
  }

  async #supervise(spec: RunSpec, layout: RunLayout, workshop: Workshop, equipment: Equipment): Promise<void> {
    const supervision = new Supervision(spec, layout, workshop.settings)
    this.#running.set(layout.nonce, supervision)
    if (!this.#isLooking) this.#lookIn(PACE.lookMs)
    await this.#tell(layout, await supervision.run(workshop, equipment).catch(unforeseen), workshop.settings.endKey)
    this.#running.delete(layout.nonce)
    this.#endSync.add(layout)
  }

  /** On disk before it is told; where the disk is full, told first: the dispatcher may still record the truth. */
  async #tell(layout: RunLayout, end: RunEnd, endKey: string): Promise<void> {
    const report: Report = { kind: 'ended', nonce: layout.nonce, end }
    try {
      writeEnd(layout, end, endKey)
      await makeRoom(layout)
      this.#report(report)
    } catch {
      this.#report(report)
      await writeEndAtLast(layout, end, endKey)
    }
  }

  #lookIn(ms: number): void {
    this.#isLooking = true
    setTimeout(() => this.#look(), ms)
  }

  #look(): void {
    this.#isLooking = false
    const before = performance.now()
    const old = [...this.#running.values()].filter(({ ageMs }) => ageMs > PACE.lookMs / 2)
    try {
      const table = old.length > 0 ? readProcessTable() : []
      for (const supervision of old) supervision.look(table)
    } catch {
      // A user who is out of open files for now: whoever hides meanwhile is looked for the next time.
    }
    const tookMs = performance.now() - before
    if (this.#running.size > 0) this.#lookIn(Math.max(PACE.lookMs, tookMs / LIMITS.processLookShare))
  }
}

/** It was taken, and something broke that nobody foresaw: then nothing more is known than that. */
function unforeseen(error: unknown): RunEnd {
  return {
    status: 'indeterminate',
    reason: 'end_unknown',
    exitCode: null,
    failedStep: null,
    startedAt: null,
    endedAt: Date.now(),
    outputs: {},
    logSha256: null,
    logTail: `[countersign] the supervisor failed: ${wordsOf(error)}\n`,
    externalId: null,
  }
}
