import type { Environment } from './environment.js'
import type { LocalRemoteLocks } from './heal-local-remote.js'
import type { Redact } from './redact.js'

/** Where git's commands are told; a pino logger is one. Never gets arguments or output, only what is in the fields. */
export interface GitLog {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** How git is run: by whom, where, and who may stop it. */
export interface GitContext {
  readonly folder: string
  readonly environment: Environment
  readonly redact: Redact
  readonly log: GitLog | null
  readonly signal: AbortSignal | null
  /** Of a remote that is a folder on this machine, with nobody but us to look after it. */
  readonly localRemote?: LocalRemoteLocks
  /** True for commands that may ask the person at the terminal, for a passphrase or a password. */
  readonly asksPerson: boolean
}

/** What is behind `GIT_DIR` is not searched for, and not refused because of who owns it. */
export function inRepository(context: GitContext, path: string): GitContext {
  return { ...context, folder: path, environment: { ...context.environment, GIT_DIR: path } }
}
