/** The write side: orders runs from a supervisor of its own, and looks on the disk for those of others. */
import { existsSync, readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { LIMITS } from '../../vault/limits.js'
import { syncPath } from '../sync-path.js'
import { wordsOf } from './errno.js'
import { forgetRun } from './forget-run.js'
import { LazyRemoval } from './lazy-removal.js'
import { openUp } from './open-up.js'
import type { Refused, Settings } from './order.js'
import type { RunEnd, RunSpec, RunState, RunWriter } from './port.js'
import { isAlive, type ProcessIdentity } from './process-identity.js'
import { withNote } from './read-end.js'
import { reap } from './reap.js'
import { isNonce, layoutOf, type RunLayout } from './run-layout.js'
import { stateOf } from './run-reader.js'
import { orRunnerError, RunnerError } from './runner-error.js'
import { PACE } from './runner-limits.js'
import { SharedSync } from './shared-sync.js'
import { SpareFolders } from './spare-folders.js'
import { StartLease } from './start-lease.js'
import { SupervisorLink } from './supervisor-link.js'
import { ensureRuns, makeFresh } from './surroundings.js'
import { closeRun, readStart, reopenRun } from './take-run.js'
import { within } from './within.js'
import { writeEnd } from './write-end.js'

export class ProcessRunner implements RunWriter {
  readonly left: readonly string[]
  readonly #command: readonly string[]
  readonly #settings: Settings
  readonly #sync: SharedSync
  readonly #lease: StartLease
  readonly #own = new Map<string, Promise<RunEnd>>()
  readonly #detached = new AbortController()
  readonly #spares: SpareFolders
  readonly #removal: LazyRemoval
  #link: SupervisorLink | null = null
  #stops = 0

  constructor(command: readonly string[], settings: Settings, left: readonly string[]) {
    this.left = left
    this.#command = command
    this.#settings = settings
    this.#sync = new SharedSync(settings.runs)
    this.#lease = new StartLease(settings.runs)
    this.#spares = new SpareFolders(settings.runs)
    this.#removal = new LazyRemoval(settings.runs, this.#spares)
  }

  state(nonce: string): Promise<RunState> {
    return orRunnerError(`the state of run ${nonce} cannot be known`, async () => {
      const layout = this.#layout(nonce)
      const state = this.#stateOf(layout)
      if (state.kind !== 'lost') return state
      const { left } = await reap(layout)
      if (left === 0) return state
      // Of another user, or in the middle of what cannot be interrupted: nobody can do more than to say so.
      const words = `${left} of its processes could not be killed`
      return { kind: 'lost', end: withNote(state.end, words, this.#settings.limits.logTailBytes) }
    })
  }

  note(nonce: string): Promise<void> {
    return orRunnerError(`run ${nonce} was not noted`, async () => {
      const layout = this.#layout(nonce)
      await ensureRuns(this.#settings.runs)
      // Its start takes longer than that of a run: it goes on while the claim is pushed.
      this.#supervisor()
      // Before anything is made: a run that removed all signs of its start is not to look fresh.
      const isThere = existsSync(layout.folder)
      if (isThere && this.#stateOf(layout).kind !== 'noted')
        throw new RunnerError('already_started', `run ${nonce} was started before`)
      if (isThere || !this.#spares.moveTo(layout)) makeFresh(layout)
      await this.#sync.sync()
      this.#lease.note(nonce)
    })
  }

  run(spec: RunSpec): Promise<RunEnd> {
    const run = this.#run(spec).finally(() => {
      if (this.#own.get(spec.nonce) === run) this.#own.delete(spec.nonce)
    })
    // The first one is the one that may have started it.
    if (!this.#own.has(spec.nonce)) this.#own.set(spec.nonce, run)
    return run
  }

  close(nonce: string, end: RunEnd): Promise<void> {
    return orRunnerError(`run ${nonce} was not closed`, async () => {
      const layout = this.#layout(nonce)
      const isStarted = existsSync(layout.folder) && this.#stateOf(layout).kind !== 'noted'
      const taking = isStarted ? 'already_started' : closeRun(layout)
      if (taking !== 'taken') throw new RunnerError(taking, `run ${nonce} is ${taking.replace('_', ' ')}`)
      try {
        writeEnd(layout, end, this.#settings.endKey)
      } catch (error) {
        reopenRun(layout)
        throw error
      }
      for (const path of [layout.end, layout.folder]) await syncPath(path)
    })
  }

  async attach(nonce: string): Promise<RunEnd> {
    const own = this.#own.get(nonce)
    if (own !== undefined) return own
    for (;;) {
      const state = await this.state(nonce)
      if (state.kind === 'finished' || state.kind === 'lost') return state.end
      if (state.kind !== 'running') throw new RunnerError('not_started', `run ${nonce} was not started`)
      await sleep(PACE.attachMs, undefined, { signal: this.#detached.signal }).catch(() => {
        throw detached()
      })
    }
  }

  forget(nonce: string): Promise<void> {
    return orRunnerError(`run ${nonce} was not forgotten`, async () => {
      const layout = this.#layout(nonce)
      let state = await this.state(nonce)
      if (state.kind === 'noted' && closeRun(layout) === 'already_started') state = await this.state(nonce)
      if (state.kind === 'running') throw new RunnerError('still_running', `run ${nonce} has not ended`)
      forgetRun(this.#settings.runs, layout)
      this.#lease.forget(nonce)
      this.#removal.schedule()
    })
  }

  stopAll(): Promise<void> {
    this.#stops++
    return orRunnerError('runs could not be stopped', () => this.#stopAll())
  }

  detach(): void {
    this.#detached.abort()
    this.#removal.stop()
    this.#link?.detach()
    this.#link = null
  }

  async #stopAll(): Promise<void> {
    this.#link?.stop()
    const running = this.#running()
    for (const { supervisor } of running) if (supervisor.pid !== this.#link?.pid) signal(supervisor, 'SIGTERM')
    const ends = [...this.#own.values(), ...running.map(({ nonce }) => this.attach(nonce))]
    const { killGraceMs, rollbackMs } = this.#settings.limits
    await within(Promise.allSettled(ends), 2 * killGraceMs + rollbackMs + LIMITS.stopSlackMs)
    for (const { nonce, supervisor } of this.#running()) {
      signal(supervisor, 'SIGKILL')
      await this.attach(nonce)
    }
  }

  async #run(spec: RunSpec): Promise<RunEnd> {
    if (this.#detached.signal.aborted) throw detached()
    const stops = this.#stops
    await this.#coverStart(this.#layout(spec.nonce))
    if (stops !== this.#stops) throw new RunnerError('start_failed', `run ${spec.nonce} was stopped before its start`)
    let why = ''
    for (let attempt = 0; attempt < LIMITS.supervisorStarts; attempt++) {
      const answer = await this.#supervisor().run(spec)
      if (answer.kind === 'ended') return answer.end
      if (answer.kind === 'refused') throw refused(answer)
      const state = await this.state(spec.nonce)
      if (state.kind === 'finished' || state.kind === 'lost') return state.end
      if (state.kind === 'unknown') throw new RunnerError('not_noted', `run ${spec.nonce} was not noted`)
      if (state.kind === 'running') throw new RunnerError('already_started', `run ${spec.nonce} was started before`)
      why = answer.why
    }
    throw new RunnerError('supervisor_failed', `no supervisor took run ${spec.nonce}: ${why}`)
  }

  async #coverStart(layout: RunLayout): Promise<void> {
    // Most likely to be wrong by a mistake of the caller: say so before anything is written.
    if (!existsSync(layout.folder)) throw new RunnerError('not_noted', `run ${layout.nonce} was not noted`)
    if (!existsSync(layout.fresh) && this.#stateOf(layout).kind !== 'noted')
      throw new RunnerError('already_started', `run ${layout.nonce} was started before`)
    try {
      await this.#lease.cover(layout.nonce)
    } catch (error) {
      throw new RunnerError('start_failed', `run ${layout.nonce} was not started: ${wordsOf(error)}`, { cause: error })
    }
  }

  #supervisor(): SupervisorLink {
    if (this.#detached.signal.aborted) throw detached()
    if (this.#link === null || this.#link.isGone) this.#link = startSupervisor(this.#command, this.#settings)
    return this.#link
  }

  /** Runs that somebody watches, and who. */
  #running(): readonly { nonce: string; supervisor: ProcessIdentity }[] {
    return readdirSync(this.#settings.runs)
      .filter(isNonce)
      .flatMap((nonce) => {
        const supervisor = readStart(this.#layout(nonce))?.supervisor ?? null
        if (supervisor === null || this.#stateOf(this.#layout(nonce)).kind !== 'running') return []
        return [{ nonce, supervisor }]
      })
  }

  #stateOf(layout: RunLayout): RunState {
    openUp(layout)
    return stateOf(layout, this.#settings.endKey)
  }

  #layout(nonce: string): RunLayout {
    return layoutOf(this.#settings.runs, nonce)
  }
}

function startSupervisor(command: readonly string[], settings: Settings): SupervisorLink {
  try {
    return new SupervisorLink(command, settings)
  } catch (error) {
    throw new RunnerError('supervisor_failed', `no supervisor could be started: ${wordsOf(error)}`, { cause: error })
  }
}

/** With the fault as its cause: what may pass is no reason to give up. */
function refused({ code, words, fault }: Refused): RunnerError {
  return new RunnerError(code, words, { cause: Object.assign(new Error(words), fault === '' ? {} : { code: fault }) })
}

function detached(): RunnerError {
  return new RunnerError('detached', 'this runner has left its runs to their supervisors')
}

/** Only ever the very process that was meant. */
function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, name)
  } catch {
    // It ended in between.
  }
}
