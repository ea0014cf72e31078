export type RunnerErrorCode =
  | 'write_not_supported'
  | 'nonce_invalid'
  /** Somebody started it: ask `state`, or `attach`. */
  | 'already_started'
  | 'not_noted'
  | 'not_started'
  | 'still_running'
  /** Nothing of it was started, and it is still `noted`. */
  | 'start_failed'
  | 'supervisor_failed'
  | 'detached'

/** A run could not be handled as asked. How a run itself went is a `RunEnd`, never an error. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError'

  constructor(
    readonly code: RunnerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
