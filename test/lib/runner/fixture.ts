import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { openRunner } from '../../../lib/runner/open-runner.js'
import type { RunSpec, RunWriter } from '../../../lib/runner/port.js'
import { layoutOf, type RunLayout, runsFolder } from '../../../lib/runner/run-layout.js'
import { RUNNER_LIMITS, type RunnerLimits } from '../../../lib/runner/runner-limits.js'
import { readStart } from '../../../lib/runner/take-run.js'
import type { Step } from '../../../vault/formula/formula.js'
import { builtSupervisor } from './supervisor-build.js'

const SUPERVISOR = [process.execPath, builtSupervisor()]

export const END_KEY = 'a key of tests'
export const PATH = '/usr/local/bin:/usr/bin:/bin'
/** Short enough to wait for. */
export const LIMITS: RunnerLimits = { ...RUNNER_LIMITS, killGraceMs: 400, rollbackMs: 2_000 }
export const OPTIONS = { supervisor: SUPERVISOR, path: PATH, lang: 'C', endKey: END_KEY, limits: LIMITS }

export interface World {
  readonly stateDir: string
  /** A folder that outlives runs, for what they do to the world. */
  readonly outside: string
  readonly runner: RunWriter
  layout(nonce: string): RunLayout
  /** Notes and runs. */
  go(nonce: string, spec: Partial<RunSpec>): ReturnType<RunWriter['run']>
}

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-runner-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

export async function world(options: Partial<Parameters<typeof openRunner>[0]> = {}): Promise<World> {
  const stateDir = options.stateDir ?? tempFolder()
  const runner = await openRunner({ ...OPTIONS, stateDir, ...options })
  onTestFinished(async () => {
    await runner.stopAll()
    runner.detach()
  })
  return {
    stateDir,
    outside: tempFolder(),
    runner,
    layout: (nonce) => layoutOf(runsFolder(stateDir), nonce),
    go: async (nonce, spec) => {
      await runner.note(nonce)
      return runner.run(runSpec(nonce, spec))
    },
  }
}

export function runSpec(nonce: string, spec: Partial<RunSpec> = {}): RunSpec {
  const rest = { environment: {}, secretValues: [], timeoutMs: 20_000, agent: null }
  return { nonce, steps: [], onFailure: [], ...rest, ...spec }
}

export function sh(text: string, id = 'step', needs: readonly string[] = []): Step {
  return { id, title: `The step ${id}`, kind: 'run', text, needs, dryRun: false }
}

export function prompt(text: string, id: string): Step {
  return { ...sh(text, id), kind: 'prompt' }
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

export async function until(what: string, holds: () => boolean, limitMs = 30_000): Promise<void> {
  for (const end = performance.now() + limitMs; !holds(); ) {
    if (performance.now() > end) throw new Error(`waited too long for: ${what}`)
    await sleep(10)
  }
}

/** The pids that runs wrote into a file, a line each. */
export function pidsIn(file: string): readonly number[] {
  return readText(file).split('\n').filter(Boolean).map(Number)
}

/** Also false for one that has ended and that nobody has waited for. */
export function isRunning(pid: number): boolean {
  const state = readText(`/proc/${pid}/stat`).split(') ').at(-1)?.[0]
  return state !== undefined && state !== '' && state !== 'Z' && state !== 'X'
}

/** Ends a process by its id, if it is still there. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

export function supervisorOf(layout: RunLayout): number {
  return readStart(layout)?.supervisor?.pid ?? 0
}
