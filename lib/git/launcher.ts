import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program to start git by, as simple-git takes it: the program, and perhaps what comes before all arguments. */
export type Launcher = 'git' | ['setsid', 'git']

/**
 * simple-git cannot start git in a group of its own; util-linux and busybox have `setsid` for it. Where there is none
 * (macOS), a git that hangs is killed alone, and its ssh ends when the network lets it.
 */
export function findLauncher(path: string | undefined): Launcher {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.some((folder) => existsSync(join(folder, 'setsid'))) ? ['setsid', 'git'] : 'git'
}
