/** Starts one process of a run: by a launcher where it may, or else at the head of a session of its own. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wordsOf } from './errno.js'
import { launchOrder } from './launch-order.js'
import type { Stage } from './stage.js'
import type { StageExit } from './stage-exit.js'
import type { StageWorld } from './stage-world.js'
import { ensureFolders } from './surroundings.js'

export interface StartedStage {
  /** Of the leader of a new session; null where a launcher started it, or nobody could. */
  readonly pid: number | null
  readonly exited: Promise<StageExit>
}

export function startStage(stage: Stage, world: StageWorld): StartedStage {
  try {
    ensureFolders(world.layout)
    return launchStage(stage, world) ?? spawnStage(stage, world)
  } catch (error) {
    // Some failures are thrown (E2BIG, a NUL in a value, no folder), others come as an event (ENOENT).
    return { pid: null, exited: Promise.resolve({ kind: 'not_started', why: wordsOf(error) }) }
  }
}

/** Null for what no launcher can start; also when it was killed by a step, so that the roll back starts all the same. */
function launchStage(stage: Stage, world: StageWorld): StartedStage | null {
  const order = world.launcher?.isFree ? launchOrder(stage, world) : null
  const exited = order === null ? null : (world.launcher?.run(order) ?? null)
  return exited === null ? null : { pid: null, exited }
}

function spawnStage(stage: Stage, { layout, environment, output }: StageWorld): StartedStage {
  let stdin: number | null = null
  try {
    stdin = stage.prompt === null ? null : openPrompt(layout.folder, stage.prompt)
    const [command, ...rest] = stage.argv
    const stdio: SpawnOptions['stdio'] = [stdin ?? 'ignore', output.writeFd, output.writeFd]
    const child = spawn(command, rest, { cwd: layout.work, env: environment, detached: true, stdio })
    return { pid: child.pid ?? null, exited: exitOf(child) }
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
