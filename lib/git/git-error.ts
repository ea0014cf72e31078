/**
 * What can go wrong with git, as far as a caller treats it differently:
 * unreachable, denied: ask again later, or tell the operator. timeout: it was killed. missing_git: not installed, or
 * too old. no_space: the disk of this machine.
 * local_denied: its file system, or the rights of this user. corrupt: objects here are damaged or missing. wrong_clone: the folder
 * is something else than the clone that was asked for. clone_gone: somebody removed it while it was used. failed: anything else.
 */
export type GitFailure =
  | 'unreachable'
  | 'denied'
  | 'timeout'
  | 'missing_git'
  | 'no_space'
  | 'local_denied'
  | 'corrupt'
  | 'wrong_clone'
  | 'clone_gone'
  | 'failed'

export interface GitErrorDetails {
  /** First words of the command, without anything secret: `git push`. */
  readonly command?: string
  /** The end of what git said, redacted and capped. */
  readonly stderr?: string
  readonly cause?: unknown
}

/** git itself failed, or what it said cannot be trusted. A missing object is a value instead, see `MissingObject`. */
export class GitError extends Error {
  override readonly name = 'GitError'
  readonly command: string
  readonly stderr: string

  constructor(
    readonly code: GitFailure,
    message: string,
    details: GitErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.command = details.command ?? 'git'
    this.stderr = details.stderr ?? ''
  }
}
