import type { Launcher } from './launcher.js'
import type { OutputPipe } from './pipe-pool.js'

/** What a stage is started in. */
export interface StageWorld {
  /** Where a prompt may lie for a moment. */
  readonly folder: string
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  readonly output: OutputPipe
  /** Null for a run with secrets: a shell that serves other runs too must not see them. */
  readonly launcher: Launcher | null
}
