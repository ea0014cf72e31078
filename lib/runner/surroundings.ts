/** What a run sees of the world (law 9). */
import { existsSync, mkdirSync } from 'node:fs'
import { MARKER } from './footprint.js'
import type { RunLayout } from './run-layout.js'

export interface Surroundings {
  readonly path: string
  readonly lang: string
}

/** Fresh and empty. What is there already is left: a crash may have come between them. */
export function createFolders(layout: RunLayout): void {
  for (const folder of [layout.home, layout.tmp, layout.work]) {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
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
