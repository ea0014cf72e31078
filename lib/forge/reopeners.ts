/** Who takes up again what somebody else has taken back: they ask for it as much as who asked first (law 6). */
import type { Account } from '../../vault/forge/fact.js'

/** A closing or a turning into a draft, or the opposite of it. */
export interface Turn {
  readonly isBack: boolean
  readonly by: Account
}

/**
 * @param turns as they came
 * @param first who has it lie from the beginning: for a draft its author; null: nobody
 */
export function reopenersOf(turns: readonly Turn[], first: Account | null = null): readonly Account[] {
  let taker = first
  const found: Account[] = []
  for (const { isBack, by } of turns) {
    if (isBack) taker = by
    // Whoever corrects their own slip asks for nothing. Ghosts share one id.
    else if (taker?.id !== by.id || by.kind === 'ghost') found.push(by)
  }
  return found
}
