/** At the end: the mark that a head has at a forge says how it stands with it. */
import type { Site, Status } from '../forge/site.js'
import type { Judge, KnownClaim } from './judge.js'
import { pullOfClaim } from './pull-words.js'

/** Success where what was asked for has succeeded, failure where it ended otherwise. */
export function judgeEndMark(judge: Judge, site: Site, claim: KnownClaim): void {
  const { id, requestHead, outcomes } = claim
  const ends = new Set<Status['state']>(outcomes.map(({ status }) => (status === 'succeeded' ? 'success' : 'failure')))
  // Whoever has lost its memory, or a claim of another one, knows of a used id and not always of the head.
  if (judge.scene.hosts.length > 1 || judge.scene.truth.lostInstances.size > 0) return
  if (isMergedBeside(judge, site, claim)) return
  const last = lastMark(site, requestHead)
  if (last === null || ends.size !== 1 || ends.has(last)) return
  if (site.statuses.some(({ commit, state }) => commit === requestHead && ends.has(state)))
    judge.blame('told_end', `${id}: its head is marked ${last}, and it ended with ${[...ends]}`)
}

/** Another pull request of the same head was merged too: its merge is refused, and the head has one mark for both. */
function isMergedBeside(judge: Judge, site: Site, { intent, requestHead }: KnownClaim): boolean {
  const claimed = pullOfClaim(judge, intent)
  return site.pulls.some(
    ({ number, events }) =>
      number !== claimed && events.some((event) => event.kind === 'merged' && event.head === requestHead),
  )
}

/** Null: none, or nobody knows in which order they came. */
function lastMark({ statuses }: Site, head: string): Status['state'] | null {
  const marks = statuses.filter(({ commit }) => commit === head)
  return marks.some(({ isLate }) => isLate) ? null : (marks.at(-1)?.state ?? null)
}
