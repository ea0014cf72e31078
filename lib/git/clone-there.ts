import { existsSync } from 'node:fs'
import type { GitContext } from './context.js'
import { GitError } from './git-error.js'

/** Of a program that is started in a folder which is gone, the system says that there is no such program. */
export function checkCloneIsThere({ folder }: GitContext, command: string): void {
  if (existsSync(folder)) return
  const words = `${command}: the clone ${folder} is gone; start this again: it is fetched anew`
  throw new GitError('clone_gone', words, { command })
}
