/** What is kept of review windows: what was seen of those that run, and every veto, for it ends the windows of its head for good. */
import type { ForgeSight } from '../forge/sight.js'
import { vetoIn } from '../forge/veto.js'
import type { WindowState } from '../forge/window-state.js'
import { LIMITS } from '../limits.js'
import type { Judgement } from '../verdict/verdict.js'
import type { Snapshot } from './snapshot.js'
import type { WatchStep } from './step.js'

export function watchSteps(judgements: readonly Judgement[], { forge, requests }: Snapshot): readonly WatchStep[] {
  if (forge === null) return []
  const before = forge.windows
  const seen = judgements.flatMap(({ windows }) => windows)
  const isSeen = (state: WindowState) => seen.some(({ pull, head }) => pull === state.pull && head === state.head)
  const open = new Set(requests.flatMap(({ pulls }) => pulls.map(({ pull }) => pull.number)))
  const gone = before.filter((state) => state.vetoed === null && !isSeen(state) && !open.has(state.pull))
  const left = gone.flatMap((state) => whenGone(state, forge))
  if ([...seen, ...left].every((state) => before.includes(state)) && left.length === gone.length) return []
  // A window that nobody looked at begins anew, which is late and never early; a veto that is forgotten lets one pass.
  const vetoed = before.filter((state) => state.vetoed !== null && !seen.includes(state))
  return [{ kind: 'watch', windows: [...vetoed.slice(-LIMITS.keptVetoes), ...left, ...seen] }]
}

/** Of a pull request that is not open any more: whoever closed it may have ended the window of its head. As it was, until that is known. */
function whenGone(state: WindowState, { kin, self }: ForgeSight): readonly WindowState[] {
  const dossier = kin.get(state.head)?.find(({ pull }) => pull.number === state.pull)
  const veto = dossier === undefined ? null : vetoIn(dossier, state.head, self)
  if (veto === null || veto.kind === 'unverifiable') return [state]
  return veto.kind === 'none' ? [] : [{ ...state, vetoed: { by: veto.by, how: veto.how } }]
}
