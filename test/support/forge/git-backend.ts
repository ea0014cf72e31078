/** `git http-backend`, which serves repositories over HTTP; some packages of git leave it out. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { runGit } from '../run-git.js'

let path: Promise<string> | null = null

/** The program itself: as `git http-backend` each request would start a process more. */
export function gitBackend(): Promise<string> {
  path ??= runGit('/', ['--exec-path']).then((folder) => join(folder, 'git-http-backend'))
  return path
}

export async function hasGitBackend(): Promise<boolean> {
  try {
    await access(await gitBackend())
    return true
  } catch {
    return false
  }
}
