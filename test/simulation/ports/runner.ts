/** Runs on a host: its supervisor outlives the daemon, and keeps on disk what was noted, started and ended. */
import { hash } from 'node:crypto'
import type { RunEnd, RunSpec, RunState, RunWriter } from '../../../lib/runner/port.js'
import { RunnerError } from '../../../lib/runner/runner-error.js'
import type { Oid } from '../../../vault/oid.js'
import type { Effect } from '../gate.js'
import type { Process } from '../host.js'
import type { Equipment, RunStart } from '../truth.js'

export interface RunOnDisk {
  readonly nonce: string
  /** Null: noted, and not started. */
  truth: RunStart | null
  timeoutMs: number
  startedAt: number
  /** What the supervisor wrote down; null: it goes on, or it vanished. */
  end: RunEnd | null
  isLost: boolean
  /** Nothing of it can ever be started. */
  isUnstartable: boolean
  waiters: (() => void)[]
}

/** Noted, and neither started nor closed. */
export function isFresh({ truth, end }: RunOnDisk): boolean {
  return truth === null && end === null
}

export type Ending = 'succeeded' | 'failed' | 'timed_out' | 'vanished'

export function simulatedRunner(process: Process): RunWriter {
  return new SimulatedRunner(process)
}

class SimulatedRunner implements RunWriter {
  #isDetached = false
  /** Nonces that somebody here waits for. */
  readonly #followed = new Set<string>()
  #detached: (() => void)[] = []

  readonly left: readonly string[]

  constructor(private readonly process: Process) {
    this.left = [...this.#runs.keys()]
  }

  async state(nonce: string): Promise<RunState> {
    return this.#call({
      name: 'run state',
      faults: ['fail', 'crash_before'],
      error: () => new RunnerError('system_failed', 'EMFILE'),
      work: () => this.#stateOf(nonce),
    })
  }

  async note(nonce: string): Promise<void> {
    const { truth } = this.process.host.world
    return this.#call({
      name: 'run note',
      faults: ['fail', 'lost', 'crash_before', 'crash_after'],
      error: () => new RunnerError('system_failed', 'ENOSPC'),
      work: () => {
        if (this.#runs.has(nonce)) throw new RunnerError('system_failed', 'EEXIST')
        this.#runs.set(nonce, {
          nonce,
          truth: null,
          timeoutMs: 0,
          startedAt: 0,
          end: null,
          isLost: false,
          isUnstartable: false,
          waiters: [],
        })
        if (this.process.keepsNonce(nonce)) truth.noted.add(`${this.process.host.instance}:${nonce}`)
      },
    })
  }

  run(spec: RunSpec): Promise<RunEnd> {
    return this.#inHand(spec.nonce, this.#run(spec))
  }

  attach(nonce: string): Promise<RunEnd> {
    return this.#inHand(nonce, this.#attach(nonce))
  }

  #inHand(nonce: string, run: Promise<RunEnd>): Promise<RunEnd> {
    const { host, serial } = this.process
    const { truth } = host.world
    if (this.#followed.has(nonce)) truth.doubled.push({ seq: truth.tick(), nonce, host: host.name, process: serial })
    this.#followed.add(nonce)
    const letGo = () => this.#followed.delete(nonce)
    void run.then(letGo, letGo)
    return run
  }

  async #run(spec: RunSpec): Promise<RunEnd> {
    const { host, tickedSince } = this.process
    const asked = { askedAt: host.clock, askedSeq: host.world.truth.tick(), tickedSince }
    const nothing = (code: 'start_failed' | 'supervisor_failed') => () => {
      const run = this.#runs.get(spec.nonce)
      this.process.host.world.truth.unstartable.add(spec.nonce)
      if (run !== undefined && code === 'start_failed') run.isUnstartable = true
      throw new RunnerError(code, 'nothing was started')
    }
    await this.#call({
      name: 'run start',
      faults: ['fail', 'start_failed', 'supervisor_failed', 'crash_before', 'crash_after'],
      error: () => new RunnerError('system_failed', 'EAGAIN'),
      work: () => this.#start(spec, asked),
      own: { start_failed: nothing('start_failed'), supervisor_failed: nothing('supervisor_failed') },
    })
    return this.#ended(spec.nonce)
  }

  async close(nonce: string, end: RunEnd): Promise<void> {
    return this.#call({
      name: 'run close',
      faults: ['fail', 'lost', 'crash_before', 'crash_after'],
      error: () => new RunnerError('system_failed', 'ENOSPC'),
      work: () => {
        const run = this.#runs.get(nonce)
        if (run === undefined) throw new RunnerError('not_noted', nonce)
        if (!isFresh(run)) throw new RunnerError('already_started', nonce)
        run.end = end
      },
    })
  }

  async #attach(nonce: string): Promise<RunEnd> {
    await this.#call({
      name: 'run attach',
      faults: ['fail', 'crash_before'],
      error: () => new RunnerError('system_failed', 'EIO'),
      work: () => {
        const run = this.#runs.get(nonce)
        if (run === undefined || isFresh(run)) throw new RunnerError('not_started', nonce)
      },
    })
    return this.#ended(nonce)
  }

  async forget(nonce: string): Promise<void> {
    return this.#call({
      name: 'run forget',
      faults: ['fail', 'lost', 'crash_before', 'crash_after'],
      error: () => new RunnerError('system_failed', 'EBUSY'),
      work: () => {
        if (this.#stateOf(nonce).kind === 'running') throw new RunnerError('still_running', nonce)
        this.#runs.delete(nonce)
        this.process.host.world.truth.forgotten.set(nonce, this.process.host.world.truth.tick())
      },
    })
  }

  async stopAll(): Promise<void> {
    throw new Error('nothing in the daemon stops runs')
  }

  detach(): void {
    this.#isDetached = true
    for (const tell of this.#detached.splice(0)) tell()
  }

  get #runs(): Map<string, RunOnDisk> {
    return this.process.disk.runs
  }

  #call<T>(effect: Effect<T>): Promise<T> {
    return this.process.host.world.gate.call(this.process, effect)
  }

  #stateOf(nonce: string): RunState {
    const run = this.#runs.get(nonce)
    if (run === undefined) return { kind: 'unknown' }
    if (isFresh(run)) return { kind: 'noted' }
    if (run.end !== null) return { kind: 'finished', end: run.end }
    return run.isLost ? { kind: 'lost', end: lostEnd(run, this.process.host.clock) } : { kind: 'running' }
  }

  #start(spec: RunSpec, asked: Pick<RunStart, 'askedAt' | 'askedSeq' | 'tickedSince'>): void {
    const { world } = this.process.host
    const run = this.#runs.get(spec.nonce)
    if (run === undefined) throw new RunnerError('not_noted', spec.nonce)
    if (!isFresh(run)) throw new RunnerError('already_started', spec.nonce)
    if (run.isUnstartable) throw new RunnerError('start_failed', 'nothing was started')
    this.#makePipe()
    run.truth = {
      seq: world.truth.tick(),
      nonce: spec.nonce,
      host: this.process.host.name,
      instance: this.process.host.instance ?? '',
      process: this.process.serial,
      id: spec.environment['COUNTERSIGN_ID'] ?? '',
      formula: spec.environment['COUNTERSIGN_FORMULA'] ?? '',
      equipment: equipmentOf(spec),
      ...asked,
      main: world.server.main,
      seen: this.process.seenOnDisk,
      isUsed: this.process.knowsUsed(spec.environment['COUNTERSIGN_ID'] ?? ''),
      isShown: this.process.shown.has(spec.environment['COUNTERSIGN_COMMIT'] as Oid),
      startedAt: this.process.host.clock,
      endedAt: null,
      end: null,
      endSeq: null,
    }
    run.timeoutMs = spec.timeoutMs
    run.startedAt = this.process.host.clock
    world.started(run, run.truth)
  }

  #makePipe(): void {
    try {
      this.process.host.needRoom()
    } catch (cause) {
      throw new RunnerError('supervisor_failed', 'no room for a pipe', { cause })
    }
  }

  /** Answers some time after the run ended, unless the daemon lets go of it before. */
  async #ended(nonce: string): Promise<RunEnd> {
    const run = this.#runs.get(nonce)!
    const isDone = () => run.end !== null || run.isLost
    if (!isDone() && !this.#isDetached)
      await new Promise<void>((resolve) => {
        run.waiters.push(resolve)
        this.#detached.push(resolve)
      })
    if (!isDone()) throw new RunnerError('detached', nonce)
    return this.#call({
      name: 'run end',
      faults: ['crash_before'],
      error: () => new RunnerError('system_failed', 'EIO'),
      work: () => run.end ?? lostEnd(run, this.process.host.clock),
    })
  }
}

function equipmentOf({ steps, onFailure, environment, secretValues, timeoutMs, agent }: RunSpec): Equipment {
  const told = (list: RunSpec['steps']) => list.map(({ text }) => text)
  return { steps: told(steps), onFailure: told(onFailure), environment, secretValues, timeoutMs, agent }
}

/** The world ends a run. */
export function endRun(run: RunOnDisk, how: Ending, clock: number, seq: number): void {
  if (run.truth === null || run.end !== null || run.isLost) return
  run.truth.end = how
  run.truth.endSeq = seq
  run.truth.endedAt = clock
  if (how === 'vanished') run.isLost = true
  else run.end = { ...EMPTY_END, ...SAID[how], ...wordsOf(run.nonce), startedAt: run.startedAt, endedAt: clock }
  for (const tell of run.waiters.splice(0)) tell()
}

/** What only this run can have said. */
function wordsOf(nonce: string): Pick<RunEnd, 'logTail' | 'logSha256' | 'externalId' | 'outputs'> {
  const logTail = `this is ${nonce}`
  return { logTail, logSha256: hash('sha256', logTail), externalId: `process of ${nonce}`, outputs: { nonce } }
}

const EMPTY_END = { failedStep: null, logSha256: null, logTail: '', externalId: null } as const

const SAID = {
  succeeded: { status: 'succeeded', reason: 'ended', exitCode: 0 },
  failed: { status: 'failed', reason: 'step_failed', exitCode: 3, failedStep: 'do' },
  timed_out: { status: 'timed_out', reason: 'time_limit', exitCode: null },
} as const

function lostEnd(run: RunOnDisk, clock: number): RunEnd {
  const said = { status: 'indeterminate', reason: 'end_unknown', exitCode: null } as const
  return { ...EMPTY_END, ...said, startedAt: run.startedAt, endedAt: clock, outputs: {} }
}
