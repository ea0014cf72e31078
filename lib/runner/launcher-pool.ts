import { LIMITS } from '../../vault/limits.js'
import { Launcher } from './launcher.js'
import type { PipePool } from './pipe-pool.js'
import { HAS_PROC } from './process-table.js'

export class LauncherPool {
  readonly #pipes: PipePool
  #idle: Launcher[] = []

  constructor(pipes: PipePool) {
    this.#pipes = pipes
  }

  /** Null where there can be none: then the supervisor starts processes itself. */
  async take(): Promise<Launcher | null> {
    for (let launcher = this.#idle.pop(); launcher !== undefined; launcher = this.#idle.pop()) {
      if (launcher.isFree) return launcher
    }
    // Without /proc a run is known by its group alone, and must have one for itself.
    if (!HAS_PROC) return null
    const launcher = new Launcher(await this.#pipes.takeName())
    return launcher.pid === 0 ? null : launcher
  }

  /** `isClean`: nothing of the run was left in its session, so the next run may have it. */
  giveBack(launcher: Launcher, isClean: boolean): void {
    if (isClean && launcher.isFree && this.#idle.length < LIMITS.idleLaunchers) this.#idle.push(launcher)
    else launcher.close()
  }

  close(): void {
    for (const launcher of this.#idle) launcher.close()
    this.#idle = []
  }
}
