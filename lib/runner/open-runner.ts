/** The runner of real processes: runs on the disk of this machine, started by a supervisor of our own. */
import { mkdir, readdir, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncPath } from '../sync-path.js'
import type { RunWriter } from './port.js'
import { ProcessRunner } from './process-runner.js'
import { removeRemains } from './remove-remains.js'
import { isNonce, runsFolder } from './run-layout.js'
import type { RunnerLimits } from './runner-limits.js'

export interface RunnerOptions {
  readonly stateDir: string
  /** How a supervisor is started: a program with its arguments. */
  readonly supervisor: readonly string[]
  /** PATH and LANG of runs. */
  readonly path: string
  readonly lang: string
  /** What ends on the disk are believed by: `endKeyOf`. */
  readonly endKey: string
  readonly limits: RunnerLimits
}

/** Starts nothing by itself: the supervisor comes with the first run that is noted. */
export async function openRunner(options: RunnerOptions): Promise<RunWriter> {
  const { stateDir, supervisor, path, lang, endKey, limits } = options
  const folder = runsFolder(stateDir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await syncPath(dirname(folder))
  // Processes are also found by the folder they work in, and that has one true name.
  const runs = await realpath(folder)
  await removeRemains(runs)
  const left = (await readdir(runs)).filter(isNonce)
  return new ProcessRunner(supervisor, { runs, path, lang, endKey, limits }, left)
}
