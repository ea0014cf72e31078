/** At the end: the mark that a head has at a forge says how it stands with it. */
import type { Site, Status } from '../forge/site.js'
import type { Judge, KnownClaim } from './judge.js'

/** Success where what was asked for has succeeded, failure where it ended otherwise. */
export function judgeEndMark(judge: Judge, site: Site, { id, requestHead, outcomes }: KnownClaim): void {
  const ends = new Set<Status['state']>(outcomes.map(({ status }) => (status === 'succeeded' ? 'success' : 'failure')))
  // Whoever has lost its memory, or a claim of another one, knows of a used id and not always of the head.
  if (judge.scene.hosts.length > 1 || judge.scene.truth.lostInstances.size > 0) return
  const last = lastMark(site, requestHead)
  if (last === null || ends.size !== 1 || ends.has(last)) return
  if (site.statuses.some(({ commit, state }) => commit === requestHead && ends.has(state)))
    judge.blame('told_end', `${id}: its head is marked ${last}, and it ended with ${[...ends]}`)
}

/** Null: none, or nobody knows in which order they came. */
function lastMark({ statuses }: Site, head: string): Status['state'] | null {
  const marks = statuses.filter(({ commit }) => commit === head)
  return marks.some(({ isLate }) => isLate) ? null : (marks.at(-1)?.state ?? null)
}
