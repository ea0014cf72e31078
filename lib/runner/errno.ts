/** The code of a system error (`ENOENT`); '' for anything else. */
export function errno(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? ''
}

/** What went wrong, in words for a log. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
