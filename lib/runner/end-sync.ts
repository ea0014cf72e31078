/**
 * Makes ends durable, a little later. An end is told before it is: if the power fails in between, the run is lost and
 * recorded as indeterminate, which is true. The other order would let each run of a burst wait for the disk; and what
 * was recorded on main and forgotten by then needs no sync at all.
 */
import { existsSync } from 'node:fs'
import { LIMITS } from '../../vault/limits.js'
import { syncPath } from '../sync-path.js'
import type { RunLayout } from './run-layout.js'

export class EndSync {
  #pending: RunLayout[] = []
  #timer: NodeJS.Timeout | null = null

  add(layout: RunLayout): void {
    this.#pending.push(layout)
    this.#timer ??= setTimeout(() => void this.flush(), LIMITS.endSyncMs)
  }

  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const layouts = this.#pending
    this.#pending = []
    for (const layout of layouts) await syncRun(layout)
  }
}

/** The files, then their names. Another process may forget the run at any moment. */
async function syncRun(layout: RunLayout): Promise<void> {
  for (const path of [layout.log, layout.end, layout.folder])
    if (existsSync(path)) await syncPath(path).catch(() => undefined)
}
