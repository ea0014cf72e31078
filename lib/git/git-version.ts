import type { Environment } from './environment.js'
import { isolatedEnvironment } from './environment.js'
import { GitError } from './git-error.js'
import { runLocal } from './local-process.js'
import { redactUrls } from './redact.js'

/** `cat-file --batch-command` is of 2.36, `GIT_CONFIG_COUNT` of 2.31; with 2.38 came safe defaults for local clones. */
const LEAST = [2, 38] as const

/** Rejects with `missing_git` where there is no git, or one that is too old. Returns its version. */
export async function checkGitVersion(environment: Environment): Promise<string> {
  const context = {
    folder: '/',
    environment: isolatedEnvironment(environment, []),
    redact: redactUrls,
    log: null,
    signal: null,
    asksPerson: false,
  }
  const { stdout } = await runLocal(context, ['version'])
  const text = stdout.toString('utf8').trim()
  const match = /^git version ([0-9]+)\.([0-9]+)/.exec(text)
  const [major, minor] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)]
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
    throw new GitError(
      'missing_git',
      `git ${LEAST.join('.')} or later is needed; here is ${text.slice(0, 100)}: upgrade it, or have a newer one first on the PATH`,
    )
  }
  return text.replace(/^git version /, '')
}
