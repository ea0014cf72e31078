import { chmodSync, lstatSync } from 'node:fs'
import type { RunLayout } from './run-layout.js'

const RIGHTS = 0o700

/**
 * A run can shut the folder in which its end is written (`chmod 0 "$HOME/../.."`): then nobody could write that, or ask
 * about the run, and no tick of a later dispatcher would come past it.
 */
export function openUp({ folder }: RunLayout): void {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory() === true && (found.mode & RIGHTS) !== RIGHTS) chmodSync(folder, RIGHTS)
}
