/** Starts one process of a run: by a launcher where it may, or else at the head of a session of its own. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wordsOf } from './errno.js'
import { launchOrder } from './launch-order.js'
import type { Stage } from './stage.js'
import type { StageExit } from './stage-exit.js'
import type { StageWorld } from './stage-world.js'

export interface StartedStage {
  /** Of the leader of a new session; null where a launcher started it, or nobody could. */
  readonly pid: number | null
  readonly exited: Promise<StageExit>
}

export function startStage(stage: Stage, world: StageWorld): StartedStage {
  const order = world.launcher === null ? null : launchOrder(stage, world)
  if (world.launcher !== null && order !== null) return { pid: null, exited: world.launcher.run(order) }
  return spawnStage(stage, world)
}

function spawnStage(stage: Stage, world: StageWorld): StartedStage {
  let stdin: number | null = null
  try {
    stdin = stage.prompt === null ? null : openPrompt(world.folder, stage.prompt)
    const [command, ...rest] = stage.argv
    const stdio: SpawnOptions['stdio'] = [stdin ?? 'ignore', world.output.writeFd, world.output.writeFd]
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
