/** Where a command speaks to: text for people or JSON for programs on stdout, everything else on stderr. */
export interface Terminal {
  /** A line on stdout. */
  out(line: string): void
  /** A line on stderr: errors, progress, logs. */
  err(line: string): void
  /** Whether stdout has a reader, as far as is known: `| head` may have had enough. */
  isHeard(): boolean
  readonly isInteractive: boolean
  readonly hasColour: boolean
}

/** DESIGN section 8: done; refused or does not hold; usage or configuration; could not verify, or frozen. */
export const EXIT = { done: 0, refused: 1, usage: 2, unverified: 3 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends a command with a message for people and an exit code. */
export class CommandError extends Error {
  constructor(
    readonly exitCode: Exclude<ExitCode, 0>,
    message: string,
  ) {
    super(message)
  }
}

export const usageError = (message: string) => new CommandError(EXIT.usage, message)
export const refusedError = (message: string) => new CommandError(EXIT.refused, message)
export const unverifiedError = (message: string) => new CommandError(EXIT.unverified, message)
