/** What a run needs of its supervisor before it can begin, and what may not be had: room for a pipe, a process. */
import { closeSync } from 'node:fs'
import type { Launcher } from './launcher.js'
import type { LauncherPool } from './launcher-pool.js'
import type { Settings } from './order.js'
import type { OutputPipe, PipePool } from './pipe-pool.js'

/** What runs share. */
export interface Workshop {
  readonly settings: Settings
  readonly pipes: PipePool
  readonly launchers: LauncherPool
}

export interface Equipment {
  readonly pipe: OutputPipe
  /** Null: the supervisor starts steps itself. */
  readonly launcher: Launcher | null
}

export async function equip({ pipes, launchers }: Workshop): Promise<Equipment> {
  const pipe = await pipes.take()
  try {
    return { pipe, launcher: await launchers.take() }
  } catch (error) {
    returnPipe(pipes, pipe)
    throw error
  }
}

/** For a run that did not begin. */
export function handBack({ pipes, launchers }: Workshop, { pipe, launcher }: Equipment): void {
  returnPipe(pipes, pipe)
  if (launcher !== null) launchers.giveBack(launcher, true)
}

function returnPipe(pipes: PipePool, pipe: OutputPipe): void {
  closeSync(pipe.readFd)
  closeSync(pipe.writeFd)
  pipes.giveBack(pipe, true)
}
