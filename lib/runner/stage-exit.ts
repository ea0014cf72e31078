import { constants } from 'node:os'

/** How one process of a run ended. */
export type StageExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not_started'; readonly why: string }

/** As shells say it: 128 + n for signal n. */
export function exitCodeOf(exit: StageExit): number | null {
  if (exit.kind === 'exited') return exit.code
  return exit.kind === 'signalled' ? 128 + constants.signals[exit.signal] : null
}
