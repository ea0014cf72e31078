/** From an error to one clear message and an exit code. What is not listed here is a bug, and says so. */
import { ForgeError } from '../../lib/forge/port.js'
import { GitError, type GitFailure } from '../../lib/git/git-error.js'
import { MissingObject } from '../../lib/git/missing-object.js'
import { SecretError } from '../../lib/secrets/secret-error.js'
import { SigningError } from '../../lib/signing/signing-error.js'
import { InstanceLocked, StateFolderGone } from '../../lib/state/instance-lock.js'
import { StateFileError } from '../../lib/state/json-file.js'
import { StateFolderError } from '../../lib/state/state-folder-error.js'
import { type SystemFault, systemFaultOf, systemWords } from '../../lib/system-fault.js'
import { FORGE_REMEDIES } from '../../vault/prose/forge-remedies.js'
import { problemLines } from '../../vault/prose/problem-line.js'
import { ConfigError } from '../config.js'
import { EmptyRemote, RootMissing } from '../observe/observer.js'
import { TrustRootUnusable } from '../observe/trust-reader.js'
import { CommandError, EXIT, type ExitCode } from './terminal.js'

export interface Failure {
  readonly exitCode: ExitCode
  readonly message: string
}

/** What happened, without a word on who says it. */
interface Expected {
  readonly exitCode: ExitCode
  readonly words: string
}

const USAGE_ERRORS = [
  ConfigError,
  InstanceLocked,
  StateFolderGone,
  StateFileError,
  EmptyRemote,
  SigningError,
  SecretError,
]
const GIT_USAGE: ReadonlySet<GitFailure> = new Set(['missing_git', 'wrong_clone', 'clone_gone', 'local_denied'])

export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: error.message }
  const expected = expect(error)
  if (expected !== null) return { exitCode: expected.exitCode, message: `error: ${expected.words}` }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { exitCode: EXIT.unverified, message: `unexpected error, please report it: ${stack}` }
}

/** An error that is no bug, in words for a log; null: only its stack helps. */
export function expectedWords(error: unknown): string | null {
  return expect(error)?.words ?? null
}

/** Null for a bug. */
function expect(error: unknown): Expected | null {
  if (!(error instanceof Error)) return null
  const words = error.message
  if (error instanceof TrustRootUnusable)
    return { exitCode: EXIT.usage, words: [words, ...problemLines(error.files)].join('\n') }
  if (error instanceof RootMissing || error instanceof MissingObject) return { exitCode: EXIT.unverified, words }
  if (error instanceof ForgeError)
    return {
      exitCode: EXIT.unverified,
      words: `the forge did not answer as needed (${words}); ${FORGE_REMEDIES[error.fault.reason]}`,
    }
  if (error instanceof GitError) return { exitCode: GIT_USAGE.has(error.code) ? EXIT.usage : EXIT.unverified, words }
  if (error instanceof StateFolderError) return { exitCode: exitOf(error.fault), words }
  if (USAGE_ERRORS.some((kind) => error instanceof kind)) {
    const behind = systemFaultOf(error.cause)
    return { exitCode: behind === null ? EXIT.usage : exitOf(behind), words }
  }
  return expectSystem(error)
}

/** What the operating system refused. */
function expectSystem(error: NodeJS.ErrnoException): Expected | null {
  const { code, path, cause, message } = error
  if (typeof code !== 'string') return null
  const own = systemFaultOf(error)
  if (own !== null)
    return { exitCode: exitOf(own), words: `${path === undefined ? '' : `${path}: `}${systemWords(error)}` }
  // A run that could not be handled says so itself, and its cause knows the remedy.
  const behind = systemFaultOf(cause)
  if (behind === null) return { exitCode: EXIT.unverified, words: message }
  return { exitCode: exitOf(behind), words: `${message}; ${behind.remedy}` }
}

/** What may pass is asked again; for the rest somebody has to change something here. */
function exitOf({ passes }: SystemFault): ExitCode {
  return passes ? EXIT.unverified : EXIT.usage
}
