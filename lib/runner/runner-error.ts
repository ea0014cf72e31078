import { wordsOf } from './errno.js'

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
  /** The disk or the system refused; `cause` says how. Nothing is known but that. */
  | 'system_failed'

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

/** Lets errors of ours pass, and names what the system says. */
export async function orRunnerError<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RunnerError) throw error
    throw new RunnerError('system_failed', `${what}: ${wordsOf(error)}`, { cause: error })
  }
}
