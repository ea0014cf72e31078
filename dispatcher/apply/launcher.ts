/** Runs what was claimed and records how it ended. */
import { GitError } from '../../lib/git/git-error.js'
import type { Repository } from '../../lib/git/port.js'
import type { Log } from '../../lib/log/port.js'
import type { RunEnd, RunSpec, RunWriter } from '../../lib/runner/port.js'
import { RunnerError } from '../../lib/runner/runner-error.js'
import type { SecretStore } from '../../lib/secrets/port.js'
import { systemFaultOf } from '../../lib/system-fault.js'
import type { Action } from '../../vault/action/action.js'
import { parseAction } from '../../vault/action/parse.js'
import type { Formula } from '../../vault/formula/formula.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ClaimFact } from '../../vault/plan/snapshot.js'
import type { AdminsFrom, CompiledTrustSet, TrustSet } from '../../vault/policy/trust-set.js'
import type { OutcomeReason } from '../../vault/reasons.js'
import { actionPath } from '../../vault/record/paths.js'
import type { OutcomeStatus } from '../../vault/record/statement.js'
import type { AgentConfig } from '../config.js'
import { compileAt, readTrustIds } from '../observe/trust-reader.js'
import { outcomeEntry, type Scribe } from '../record/entries.js'
import type { Recorder } from '../record/recorder.js'
import type { ToldOutcomes } from '../record/told-outcomes.js'
import type { FreezeSwitch } from '../state/freeze-file.js'
import type { FormulaPlace, OpsPlace } from '../state/place.js'
import type { RepeatedRuns } from '../state/repeated-runs.js'
import type { RunPool } from './run-pool.js'
import { runSpecOf } from './run-spec.js'

export interface LauncherParts {
  readonly repository: Repository
  readonly recorder: Recorder
  readonly scribe: Scribe
  readonly told: ToldOutcomes
  readonly runner: RunWriter
  readonly repeatedRuns: RepeatedRuns
  readonly pool: RunPool
  readonly secrets: SecretStore
  readonly formulas: FormulaPlace
  readonly ops: OpsPlace
  readonly freezeSwitch: Pick<FreezeSwitch, 'read'>
  readonly agent: AgentConfig | null
  readonly adminsFrom: AdminsFrom
  readonly log: Log
  readonly now: () => number
}

/** What became of a claim that this dispatcher had in hand. */
export interface Launched {
  readonly claim: ClaimFact
  /** Null: it has not ended, or nothing is known here; the next tick looks again. */
  readonly status: OutcomeStatus | null
}

/** What is noted and was not started stays so. */
class NotNow extends Error {}

export class Launcher {
  #isDraining = false
  #isHeld = false
  #lastSet: { readonly commit: Oid; readonly compiled: Promise<CompiledTrustSet> } | null = null

  constructor(private readonly parts: LauncherParts) {}

  /** Starts a run that is noted and was not started; ends when its outcome is on main, or known not to be. Never rejects. */
  start(claim: ClaimFact, commit: Oid): Promise<Launched> {
    return this.#guard(claim, async () => {
      const end = await this.parts.pool.run(async () => {
        if (this.#isDraining) throw new NotNow('not started: this dispatcher is stopping')
        // A claim may have waited long: another instance may take it over from now on (field failure 53).
        if (this.parts.now() >= Date.parse(claim.intent.start_by))
          return this.#unstarted(claim, 'cancelled', 'not_started_in_time', '')
        return this.#run(claim, commit)
      })
      return this.#take(claim, end)
    })
  }

  async startAgain(claim: ClaimFact, commit: Oid): Promise<Launched> {
    const { repeatedRuns, log } = this.parts
    const { nonce } = claim.intent
    const prepared = await this.#guard(claim, async () => {
      await repeatedRuns.repeat(nonce)
      log.warn({ id: claim.id, request: nonce }, 'its end is unknown; the formula is idempotent, so it runs again')
      return { claim, status: null, isNoted: true }
    })
    return 'isNoted' in prepared ? this.start({ ...claim, state: 'again' }, commit) : prepared
  }

  /** Waits for a run that goes on, or has ended, since before this dispatcher started. */
  collect(claim: ClaimFact): Promise<Launched> {
    return this.#guard(claim, async () => this.#take(claim, await this.parts.runner.attach(claim.intent.nonce)))
  }

  /** Records an end that no run reported. */
  conclude(claim: ClaimFact, end: () => Promise<RunEnd>): Promise<Launched> {
    return this.#guard(claim, async () => this.#record(claim, await end()))
  }

  get isDraining(): boolean {
    return this.#isDraining
  }

  /** Whether what waits for its turn may not be started now, by the main that was seen last. A later tick starts it. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
  }

  /** From now on nothing is started; what runs is left to its supervisor, and the next dispatcher finds it. */
  drain(): void {
    this.#isDraining = true
    this.parts.runner.detach()
  }

  /** One run that cannot be handled must not end a tick. */
  async #guard(claim: ClaimFact, work: () => Promise<Launched>): Promise<Launched> {
    const { log } = this.parts
    const { id, intent } = claim
    try {
      const launched = await work()
      log.info({ id, request: intent.nonce, status: launched.status }, 'ended')
      return launched
    } catch (error) {
      if (error instanceof NotNow) log.info({ id, request: intent.nonce }, error.message)
      else if (error instanceof RunnerError && error.code === 'detached')
        log.info({ id, request: intent.nonce }, 'left to its supervisor')
      else log.error({ id, request: intent.nonce, error }, 'a run could not be followed; the next tick looks again')
      return { claim, status: null }
    }
  }

  /** A lost run that may run again is left as it is: the next tick decides it, as a start after a crash does. */
  async #take(claim: ClaimFact, end: RunEnd): Promise<Launched> {
    const { runner, now, log } = this.parts
    const { id, intent, idempotent } = claim
    const mayRunAgain = idempotent && end.reason === 'end_unknown' && now() < Date.parse(intent.start_by)
    if (!mayRunAgain || (await runner.state(intent.nonce)).kind !== 'lost')
      return this.#record(claim, toldOf(claim, end))
    log.warn({ id, request: intent.nonce }, 'its supervisor was lost; the next tick sees to it')
    return { claim, status: null }
  }

  /** The run's folder is kept until the outcome is on main. */
  async #record(claim: ClaimFact, end: RunEnd): Promise<Launched> {
    const { recorder, scribe, told, repeatedRuns, log } = this.parts
    const { id, intent } = claim
    if (end.reason === 'could_not_start')
      log.warn({ id, request: intent.nonce, why: end.logTail }, 'it could not be started; nothing of it ran')
    const recorded = await recorder.record(outcomeEntry(claim, end, await this.#actionBytes(claim), scribe, told))
    // The nonce of a claim of others says nothing about runs of ours: whoever forged it may have copied one of these.
    const isOurs = claim.state !== 'foreign'
    if (recorded.kind !== 'done')
      log.warn({ id, request: intent.nonce, recorded }, 'the outcome is not on main yet; the next tick records it')
    else if (isOurs)
      await repeatedRuns
        .forget(intent.nonce)
        .catch((error: unknown) => log.warn({ id, error }, 'the run folder could not be removed'))
    return { claim, status: end.status }
  }

  /** What is recorded without any word of a run. One that might still be started is closed first. */
  async unheard(claim: ClaimFact, status: 'indeterminate' | 'cancelled', reason: OutcomeReason): Promise<RunEnd> {
    const mayStart = claim.state === 'noted' || claim.state === 'again'
    return mayStart ? this.#unstarted(claim, status, reason, '') : this.#without(status, reason, '')
  }

  async #run(claim: ClaimFact, commit: Oid): Promise<RunEnd> {
    const { log } = this.parts
    let spec: RunSpec
    try {
      spec = await this.#specOf(claim, commit)
    } catch (error) {
      // A disk that is full may have room again, and git that was ended be started anew: it is noted, and may start until its time is over.
      if (mayPass(error)) throw error
      const why = error instanceof Error ? error.message : String(error)
      return this.#unstarted(claim, 'failed', 'could_not_start', why)
    }
    // The last moment: a burst waits for its turn for long, and a freeze that was thrown meanwhile holds at once.
    if ((await this.parts.freezeSwitch.read()) !== null || this.#isHeld)
      throw new NotNow('not started: nothing may be now')
    if (spec.steps.length === 0) return this.#unstarted(claim, 'succeeded', 'planned_only', '')
    log.info({ id: claim.id, request: spec.nonce, formula: claim.intent.formula, tier: claim.intent.tier }, 'started')
    return this.#runOrAttach(claim, spec)
  }

  /** A failure before anything was started is an end like any other: it is recorded, not tried for ever (field failure 16). */
  async #runOrAttach(claim: ClaimFact, spec: RunSpec): Promise<RunEnd> {
    const { runner } = this.parts
    try {
      return await runner.run(spec)
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error
      if (error.code === 'already_started') return runner.attach(spec.nonce)
      // Nothing was started, and it is still noted: it starts when there is room again.
      if (mayPass(error.cause)) throw error
      if (error.code === 'start_failed' || error.code === 'supervisor_failed')
        return this.#unstarted(claim, 'failed', 'could_not_start', error.message)
      throw error
    }
  }

  async #specOf(claim: ClaimFact, commit: Oid): Promise<RunSpec> {
    const { formulas, ops, agent } = this.parts
    const { action, formula, set } = await this.#askedOf(claim)
    const [folder] = await Promise.all([formulas.pathFor(set.ids), ops.show(commit)])
    const secrets = action.dryRun ? new Map<string, string>() : await this.#secretsOf(action)
    return runSpecOf({ action, formula }, claim.intent, { formulas: folder, ops: ops.path, commit }, secrets, agent)
  }

  /** By the record and the trust set of the claim: a run started after a crash is the one that was claimed. */
  async #askedOf(claim: ClaimFact): Promise<{ action: Action; formula: Formula; set: TrustSet }> {
    const action = parseAction(await this.#actionBytes(claim), claim.id)
    const compiled = await this.#setAt(claim.intent.trust_set.commit)
    const formula = compiled.ok ? compiled.set.formulas.get(claim.intent.formula) : undefined
    if (!action.ok || !compiled.ok || formula?.digest !== claim.intent.trust_set.formula_sha256) {
      throw new Error('the action or formula that was claimed cannot be read any more')
    }
    return { action: action.value.action, formula, set: compiled.set }
  }

  /** A burst is claimed under one trust set: it is compiled once. */
  #setAt(commit: Oid): Promise<CompiledTrustSet> {
    if (this.#lastSet?.commit === commit) return this.#lastSet.compiled
    const { repository, adminsFrom } = this.parts
    const compiled = readTrustIds(repository, commit).then((ids) => compileAt(repository, ids, adminsFrom))
    compiled.catch(() => {
      this.#lastSet = null
    })
    this.#lastSet = { commit, compiled }
    return compiled
  }

  async #actionBytes(claim: ClaimFact): Promise<Uint8Array> {
    const { objects } = this.parts.repository
    const read = await objects.blob(claim.blob, LIMITS.actionBytes)
    if (read.kind !== 'blob') throw new Error(`${actionPath(claim.day, claim.id)} cannot be read`)
    return read.bytes
  }

  async #secretsOf(action: Action): Promise<ReadonlyMap<string, string>> {
    const values = new Map<string, string>()
    for (const name of action.secrets) {
      const value = await this.parts.secrets.get(name)
      if (value === null) throw new Error(`the secret ${name} is not in the store any more`)
      values.set(name, value)
    }
    return values
  }

  /**
   * Kept as a run keeps its end, before it is told: a push that was given up may still arrive, and what it says of a run
   * that never started must stay true. Where a second run never came to be, nobody knows what the first one did.
   */
  async #unstarted(
    { intent, state }: ClaimFact,
    status: OutcomeStatus,
    reason: OutcomeReason,
    logTail: string,
  ): Promise<RunEnd> {
    const end =
      state === 'again'
        ? this.#without('indeterminate', 'end_unknown', logTail)
        : this.#without(status, reason, logTail)
    await this.parts.runner.close(intent.nonce, end)
    return end
  }

  #without(status: OutcomeStatus, reason: OutcomeReason, logTail: string): RunEnd {
    return {
      status,
      reason,
      exitCode: null,
      failedStep: null,
      startedAt: null,
      endedAt: this.parts.now(),
      outputs: {},
      logSha256: null,
      logTail,
      externalId: null,
    }
  }
}

/** A supervisor does not know that what succeeded was a dry run, also where it is asked after a crash. */
function toldOf({ intent }: ClaimFact, end: RunEnd): RunEnd {
  return intent.dry_run && end.status === 'succeeded' ? { ...end, reason: 'planned_only' } : end
}

/** What is damaged stays so; else git has failed as a process, which this dispatcher itself ends when it is to stop. */
function mayPass(error: unknown): boolean {
  if (error instanceof GitError) return error.code !== 'corrupt'
  return systemFaultOf(error)?.passes === true
}
