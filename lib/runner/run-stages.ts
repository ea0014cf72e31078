/** Runs stages one after the other until one fails or the run is halted. */
import { LIMITS } from '../../vault/limits.js'
import { endProcesses } from './end-processes.js'
import { addLeader, type Footprint } from './footprint.js'
import type { Halt, HaltReason } from './halt.js'
import type { RunLog } from './run-log.js'
import type { Stage } from './stage.js'
import { exitCodeOf, type StageExit } from './stage-exit.js'
import type { StageWorld } from './stage-world.js'
import { startStage } from './start-stage.js'
import { within } from './within.js'

export interface StageRun {
  readonly footprint: Footprint
  readonly log: RunLog
  readonly world: StageWorld
  readonly killGraceMs: number
}

export type StageResult = StageExit | { readonly kind: 'halted'; readonly reason: HaltReason }

/** The first stage that failed, and how; null when all succeeded. */
export async function runStages(
  run: StageRun,
  stages: readonly Stage[],
  halt: Halt,
): Promise<{ readonly stage: Stage; readonly result: StageResult } | null> {
  for (const stage of stages) {
    const result = await runStage(run, stage, halt)
    if (result.kind !== 'exited' || result.code !== 0) return { stage, result }
  }
  return null
}

/**
 * Rolls back: a step that fails does not keep the others from running, except those that need it, because half a roll
 * back is worse than a whole one with a gap.
 */
export async function runRollback(run: StageRun, stages: readonly Stage[], halt: Halt): Promise<void> {
  const failed = new Set<string>()
  for (const stage of stages) {
    const missing = stage.needs.find((id) => failed.has(id))
    const result = missing === undefined ? await runStage(run, stage, halt) : null
    if (result?.kind === 'exited' && result.code === 0) continue
    const words = result === null ? `did not run: it needs ${missing}` : describe(result)
    run.log.note(`on_failure step ${stage.id} ${words}`)
    for (const id of stage.steps) failed.add(id)
  }
}

export function describe(result: StageResult): string {
  switch (result.kind) {
    case 'exited':
      return `ended with exit code ${result.code}`
    case 'signalled':
      // Of a shell one cannot tell a signal from an exit code that looks like it.
      return `ended with exit code ${exitCodeOf(result)} (${result.signal})`
    case 'not_started':
      return `could not be started: ${result.why}`
    case 'halted':
      return result.reason === 'timed_out' ? 'reached the time limit' : 'was cancelled'
  }
}

async function runStage(run: StageRun, stage: Stage, halt: Halt): Promise<StageResult> {
  if (halt.reason !== null) return { kind: 'halted', reason: halt.reason }
  const { pid, exited } = startStage(stage, run.world)
  if (pid !== null) addLeader(run.footprint, pid)
  const first = await Promise.race([exited, halt.happened])
  // A launcher that was killed (`kill -9 $PPID`) says how itself has ended: what it had started may live on.
  const isLauncherGone = pid === null && run.world.launcher?.isFree === false
  if (typeof first === 'string' || isLauncherGone) await endAll(run, exited)
  if (typeof first === 'string') return { kind: 'halted', reason: first }
  if (isLauncherGone) run.log.note(`the shell that watched step ${stage.id} was killed; how far it came is not known`)
  if (first.kind !== 'exited' || first.code !== 0) await outputSeen()
  return first
}

async function endAll(run: StageRun, exited: Promise<StageExit>): Promise<void> {
  // First: one that got no processor yet would start the step after the look that found nothing of it.
  run.world.launcher?.close()
  const { left } = await endProcesses(run.footprint, run.killGraceMs)
  if (left > 0) run.log.note(`${left} processes could not be killed`)
  await within(exited, LIMITS.killedExitMs)
  await outputSeen()
}

/** What a step wrote is in the pipe when its exit is known. One turn of the loop brings it into the log, before any note. */
async function outputSeen(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
}
