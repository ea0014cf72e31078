/** What a run sees of the world (law 9). */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncPath } from '../sync-path.js'
import { errno } from './errno.js'
import { MARKER } from './footprint.js'
import type { RunLayout } from './run-layout.js'

export interface Surroundings {
  readonly path: string
  readonly lang: string
}

/**
 * For a run that is noted. What is there already is left: a crash may have come between them. Not one by one through the
 * pool of threads, where a folder costs several times what it costs the kernel, and its threads wait for each other.
 */
export function makeFresh({ folder, fresh }: RunLayout): void {
  for (const path of [folder, fresh, `${fresh}/home`, `${fresh}/tmp`, `${fresh}/work`]) make(path)
}

/** When the run was taken, and before its first process: from here on nothing says that it has not started. */
export function moveIn(layout: RunLayout): void {
  try {
    renameSync(layout.fresh, layout.own)
  } catch (error) {
    // After a power failure that took it.
    if (errno(error) !== 'ENOENT') throw error
  }
}

/** Before each step: one that removed them does not keep the next from running, nor its run from rolling back. */
export function ensureFolders({ own, home, tmp, work }: RunLayout): void {
  for (const path of [own, home, tmp, work]) if (!existsSync(path)) make(path)
}

/** A run can remove the folder of all runs: those that come later run all the same. The state folder itself nobody makes anew. */
export async function ensureRuns(runs: string): Promise<void> {
  if (existsSync(runs)) return
  make(runs)
  await syncPath(dirname(runs))
}

function make(path: string): void {
  try {
    mkdirSync(path, 0o700)
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error
  }
}

/** The whole environment of each step; what is given cannot replace what is set here. */
export function environmentOf(
  given: Readonly<Record<string, string>>,
  layout: RunLayout,
  { path, lang }: Surroundings,
): Readonly<Record<string, string>> {
  for (const name of Object.keys(given)) {
    // `PATH=/evil:` as a name would come before the real one.
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`${JSON.stringify(name)} cannot name a variable`)
  }
  return {
    ...given,
    PATH: path,
    HOME: layout.home,
    TMPDIR: layout.tmp,
    LANG: lang,
    COUNTERSIGN_OUTPUT: layout.output,
    [MARKER]: layout.nonce,
  }
}
