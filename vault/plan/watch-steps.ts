/** What is kept of review windows: what was seen of those that run, and every veto, for it ends the windows of its head for good. */
import { LIMITS } from '../limits.js'
import type { Judgement } from '../verdict/verdict.js'
import type { Snapshot } from './snapshot.js'
import type { WatchStep } from './step.js'

export function watchSteps(judgements: readonly Judgement[], { forge }: Snapshot): readonly WatchStep[] {
  const before = forge?.windows ?? []
  const seen = judgements.flatMap(({ windows }) => windows)
  if (seen.every((state) => before.includes(state))) return []
  // A window that nobody looked at begins anew, which is late and never early; a veto that is forgotten lets one pass.
  const vetoed = before.filter((state) => state.vetoed !== null && !seen.includes(state))
  return [{ kind: 'watch', windows: [...vetoed.slice(-LIMITS.keptVetoes), ...seen] }]
}
