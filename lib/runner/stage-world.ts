import type { Launcher } from './launcher.js'
import type { OutputPipe } from './pipe-pool.js'
import type { RunLayout } from './run-layout.js'

/** What a stage is started in. */
export interface StageWorld {
  readonly layout: RunLayout
  readonly environment: Readonly<Record<string, string>>
  readonly output: OutputPipe
  /** Null where there can be none. */
  readonly launcher: Launcher | null
}
