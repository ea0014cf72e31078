/** Closes what was claimed from its head while it was open: left open, somebody could merge it, and nothing would come of that. */
import { ownPulls } from '../request/known-pulls.js'
import { claimedHead } from './claimed-head.js'
import type { Snapshot } from './snapshot.js'
import type { CloseStep } from './step.js'

/** Another head than the claimed one stays open: it is another request, refused with words (field failure 54). */
export function closeSteps(snapshot: Snapshot): readonly CloseStep[] {
  const { forge, requests } = snapshot
  if (forge === null) return []
  return requests.flatMap((request): readonly CloseStep[] => {
    const { suffix: id, head } = request
    if (claimedHead(id, snapshot) !== head) return []
    return ownPulls(request, forge).map(({ pull }) => ({ kind: 'close', pull: pull.number, id, head }))
  })
}
