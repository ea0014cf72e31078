/** Whether this machine's git can serve repositories over HTTP: some packages leave `git http-backend` out. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { runGit } from '../run-git.js'

export async function hasGitBackend(): Promise<boolean> {
  try {
    await access(join(await runGit('/', ['--exec-path']), 'git-http-backend'))
    return true
  } catch {
    return false
  }
}
