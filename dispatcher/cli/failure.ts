/** From an error to one clear message and an exit code. What is not listed here is a bug, and says so. */
import { ForgeError } from '../../lib/forge/port.js'
import { GitError, type GitFailure } from '../../lib/git/git-error.js'
import { MissingObject } from '../../lib/git/missing-object.js'
import { SecretError } from '../../lib/secrets/secret-error.js'
import { SigningError } from '../../lib/signing/signing-error.js'
import { InstanceLocked } from '../../lib/state/instance-lock.js'
import { StateFileError } from '../../lib/state/json-file.js'
import { problemLines } from '../../vault/prose/problem-line.js'
import { ConfigError } from '../config.js'
import { EmptyRemote, RootMissing } from '../observe/observer.js'
import { TrustRootUnusable } from '../observe/trust-reader.js'
import { CommandError, EXIT, type ExitCode } from './terminal.js'

export interface Failure {
  readonly exitCode: ExitCode
  readonly message: string
}

const USAGE_ERRORS = [ConfigError, InstanceLocked, StateFileError, EmptyRemote, SigningError, SecretError]
const GIT_USAGE: ReadonlySet<GitFailure> = new Set(['missing_git', 'wrong_clone'])

export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: error.message }
  if (error instanceof TrustRootUnusable)
    return { exitCode: EXIT.usage, message: [`error: ${error.message}`, ...problemLines(error.files)].join('\n') }
  if (error instanceof RootMissing || error instanceof MissingObject)
    return { exitCode: EXIT.unverified, message: `error: ${error.message}` }
  if (error instanceof ForgeError)
    return { exitCode: EXIT.unverified, message: `error: the forge did not answer as needed (${error.message})` }
  if (error instanceof GitError)
    return { exitCode: GIT_USAGE.has(error.code) ? EXIT.usage : EXIT.unverified, message: `error: ${error.message}` }
  if (USAGE_ERRORS.some((kind) => error instanceof kind))
    return { exitCode: EXIT.usage, message: `error: ${(error as Error).message}` }
  const systemCode = (error as NodeJS.ErrnoException | null)?.code
  if (error instanceof Error && typeof systemCode === 'string')
    return { exitCode: EXIT.unverified, message: `error: ${error.message}` }
  return {
    exitCode: EXIT.unverified,
    message: `unexpected error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  }
}
