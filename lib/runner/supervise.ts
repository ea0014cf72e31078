/** One run from its order to its end. */
import { closeSync } from 'node:fs'
import { LIMITS } from '../../vault/limits.js'
import { drain } from './drain.js'
import type { Equipment, Workshop } from './equipment.js'
import { wordsOf } from './errno.js'
import { type Footprint, refresh, setLauncher, watchedFootprint } from './footprint.js'
import { Halt } from './halt.js'
import type { Launcher } from './launcher.js'
import type { Settings } from './order.js'
import { takeOutputs } from './output-file.js'
import { holdersOf } from './pipe-holders.js'
import type { OutputPipe } from './pipe-pool.js'
import type { RunEnd, RunSpec } from './port.js'
import { recordProcesses } from './process-record.js'
import type { ProcessRow } from './process-table.js'
import type { RunLayout } from './run-layout.js'
import { RunLog } from './run-log.js'
import { describe, runRollback, runStages, type StageResult, type StageRun } from './run-stages.js'
import { type Stage, stagesOf } from './stage.js'
import { exitCodeOf } from './stage-exit.js'
import { environmentOf, moveIn } from './surroundings.js'
import { sweep } from './sweep.js'
import { within } from './within.js'

type Verdict = Pick<RunEnd, 'status' | 'reason' | 'exitCode' | 'failedStep'>

const SUCCEEDED: Verdict = { status: 'succeeded', reason: 'ended', exitCode: 0, failedStep: null }
const UNKNOWN: Verdict = { status: 'indeterminate', reason: 'end_unknown', exitCode: null, failedStep: null }
const NOT_STARTED: Verdict = { status: 'failed', reason: 'could_not_start', exitCode: null, failedStep: null }

export class Supervision {
  readonly #footprint: Footprint
  readonly #spec: RunSpec
  readonly #layout: RunLayout
  readonly #settings: Settings
  readonly #log: RunLog
  readonly #halt = new Halt()
  #rollbackHalt: Halt | null = null
  /** Why it must not begin. */
  #obstacle: string | null = null
  #startedAt: number | null = null
  #startedMonotonicMs = 0

  constructor(spec: RunSpec, layout: RunLayout, settings: Settings) {
    this.#footprint = watchedFootprint(spec.nonce, layout.own)
    this.#spec = spec
    this.#layout = layout
    this.#settings = settings
    this.#log = this.#openLog()
  }

  /** Milliseconds since its first process was about to start. */
  get ageMs(): number {
    return this.#startedAt === null ? 0 : performance.now() - this.#startedMonotonicMs
  }

  /** Learns who belongs to the run while parents still tell, and writes it down. */
  look(table: readonly ProcessRow[]): void {
    refresh(this.#footprint, table)
    recordProcesses(this.#layout, this.#footprint)
  }

  /** What runs is ended; then it may roll back, but not for long. */
  cancel(): void {
    if (this.#rollbackHalt === null) this.#halt.trigger('cancelled')
    else this.#rollbackHalt.within(this.#settings.limits.rollbackMs)
  }

  async run(workshop: Workshop, equipment: Equipment): Promise<RunEnd> {
    let verdict: Verdict
    this.#halt.within(this.#spec.timeoutMs)
    try {
      verdict = await this.#runWith(workshop, equipment)
    } catch (error) {
      const started = this.#startedAt !== null
      this.#log.note(`${started ? 'the run could not be watched' : 'the run could not be started'}: ${wordsOf(error)}`)
      verdict = started ? UNKNOWN : NOT_STARTED
    }
    this.#halt.clear()
    return this.#end(verdict)
  }

  /** Secrets that cannot be redacted are refused with words, and before anything could print them. */
  #openLog(): RunLog {
    const { limits } = this.#settings
    try {
      return new RunLog(this.#layout.log, this.#spec.secretValues, limits)
    } catch (error) {
      this.#obstacle = wordsOf(error)
      return new RunLog(this.#layout.log, [], limits)
    }
  }

  async #runWith({ pipes, launchers }: Workshop, { pipe, launcher }: Equipment): Promise<Verdict> {
    const { ended, close } = drain(pipe.readFd, this.#log)
    try {
      if (this.#obstacle !== null) throw new Error(this.#obstacle)
      moveIn(this.#layout)
      if (launcher !== null) setLauncher(this.#footprint, launcher.pid, launcher.startTicks)
      return await this.#runSteps(this.#stageRun(pipe, launcher))
    } finally {
      const isClean = await this.#sweep()
      closeSync(pipe.writeFd)
      const hasEnded = (await within(ended, LIMITS.lastOutputMs)) ?? (await this.#endHolders(pipe.name, ended))
      close()
      pipes.giveBack(pipe, hasEnded)
      if (launcher !== null) launchers.giveBack(launcher, isClean && hasEnded)
    }
  }

  async #runSteps(run: StageRun): Promise<Verdict> {
    const { steps, onFailure, agent, timeoutMs } = this.#spec
    const stages = stagesOf(steps, agent)
    const rollback = stagesOf(onFailure, agent)
    if (stages === null || rollback === null) {
      run.log.note('the formula has steps for an agent, and there is no agent command')
      return NOT_STARTED
    }
    this.#startedAt = Date.now()
    this.#startedMonotonicMs = performance.now()
    const failure = await runStages(run, stages, this.#halt)
    if (failure === null) return SUCCEEDED
    const verdict = this.#verdictOf(failure.stage, failure.result, stages[0])
    if (verdict.reason === 'could_not_start') return verdict
    if (rollback.length > 0) {
      const leftMs = verdict.status === 'cancelled' ? 0 : Math.max(0, timeoutMs - this.ageMs)
      await this.#rollBack(run, rollback, leftMs + this.#settings.limits.rollbackMs)
    }
    return verdict
  }

  #verdictOf(stage: Stage, result: StageResult, first: Stage | undefined): Verdict {
    if (result.kind !== 'exited') this.#log.note(`step ${stage.id} ${describe(result)}`)
    const failed = { exitCode: result.kind === 'halted' ? null : exitCodeOf(result), failedStep: stage.id }
    if (result.kind === 'halted') {
      return result.reason === 'timed_out'
        ? { ...failed, status: 'timed_out', reason: 'time_limit' }
        : { ...failed, status: 'cancelled', reason: 'ended' }
    }
    if (result.kind === 'not_started' && stage === first) {
      this.#startedAt = null
      return NOT_STARTED
    }
    return { ...failed, status: 'failed', reason: 'step_failed' }
  }

  /** In what is left of the run's own limit and a bounded allowance: also a run that timed out must be able to roll back. */
  async #rollBack(run: StageRun, rollback: readonly Stage[], limitMs: number): Promise<void> {
    this.#rollbackHalt = new Halt()
    this.#rollbackHalt.within(limitMs)
    await runRollback(run, rollback, this.#rollbackHalt)
    this.#rollbackHalt.clear()
  }

  #stageRun(output: OutputPipe, launcher: Launcher | null): StageRun {
    const layout = this.#layout
    const environment = environmentOf(this.#spec.environment, layout, this.#settings)
    const world = { layout, environment, output, launcher }
    const { killGraceMs } = this.#settings.limits
    return { footprint: this.#footprint, log: this.#log, world, killGraceMs }
  }

  /** Whether nothing was left. Never rejects: what is known of the run's end stays true. */
  async #sweep(): Promise<boolean> {
    try {
      const { found, left } = await sweep(this.#footprint, this.ageMs, this.#settings.limits.killGraceMs)
      if (found > 0) this.#log.note(`left in the background, and ended: ${counted(found)}`)
      if (left > 0) this.#log.note(`could not be killed: ${counted(left)}`)
      return found === 0
    } catch (error) {
      this.#log.note(`processes that were left could not be looked for: ${wordsOf(error)}`)
      return false
    }
  }

  /** Whether the pipe has ended then. */
  async #endHolders(pipe: string, ended: Promise<boolean>): Promise<boolean> {
    const holders = holdersOf(pipe)
    for (const { pid, startTicks } of holders) this.#footprint.seen.set(pid, startTicks)
    await this.#sweep()
    return (await within(ended, holders.length > 0 ? LIMITS.lastOutputMs : 0)) ?? false
  }

  async #end(verdict: Verdict): Promise<RunEnd> {
    const { secretValues } = this.#spec
    const started = this.#startedAt !== null
    const { values, notes } = started
      ? takeOutputs(this.#layout.output, secretValues, this.#settings.limits)
      : { values: {}, notes: [] }
    for (const note of notes) this.#log.note(note)
    const { sha256, tail } = await this.#log.close()
    return {
      ...verdict,
      startedAt: this.#startedAt,
      endedAt: Date.now(),
      outputs: values,
      logSha256: started ? sha256 : null,
      logTail: tail,
      externalId: null,
    }
  }
}

function counted(processes: number): string {
  return processes === 1 ? '1 process' : `${processes} processes`
}
