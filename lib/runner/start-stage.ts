/** Starts one process of a run, at the head of a session of its own. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wordsOf } from './errno.js'
import type { Stage } from './stage.js'

export type StageExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not_started'; readonly why: string }

export interface StageWorld {
  /** Where a prompt may lie for a moment. */
  readonly folder: string
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  readonly outputFd: number
}

export interface StartedStage {
  /** Null where it could not be started. */
  readonly pid: number | null
  readonly exited: Promise<StageExit>
}

export function startStage(stage: Stage, world: StageWorld): StartedStage {
  let stdin: number | null = null
  try {
    stdin = stage.prompt === null ? null : openPrompt(world.folder, stage.prompt)
    const [command, ...rest] = stage.argv
    const stdio: SpawnOptions['stdio'] = [stdin ?? 'ignore', world.outputFd, world.outputFd]
    const child = spawn(command, rest, { cwd: world.cwd, env: world.environment, detached: true, stdio })
    return { pid: child.pid ?? null, exited: exitOf(child) }
  } catch (error) {
    // Some failures are thrown (E2BIG, a NUL in a value), others come as an event (ENOENT).
    return { pid: null, exited: Promise.resolve({ kind: 'not_started', why: wordsOf(error) }) }
  } finally {
    if (stdin !== null) closeSync(stdin)
  }
}

/** A file without a name rather than a pipe: it needs nobody to write it, and an agent that does not read blocks nothing. */
function openPrompt(folder: string, prompt: string): number {
  const path = join(folder, 'prompt')
  writeFileSync(path, prompt, { flag: 'wx', mode: 0o600 })
  try {
    return openSync(path, 'r')
  } finally {
    unlinkSync(path)
  }
}

function exitOf(child: ChildProcess): Promise<StageExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not_started', why: error.message }))
    // `exit`, not `close`: whoever inherited the output must not make the run wait.
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal })
    })
  })
}
