/** At the end: what dispatchers owe pull requests of what was claimed. */
import { pictureOf } from '../forge/picture.js'
import type { Pull, Site } from '../forge/site.js'
import type { Judge, KnownClaim } from './judge.js'
import { isClosedByUs, isEndTold } from './pull-words.js'

/** Also one that was opened after the claim: whoever closes it tells how what was asked for there has ended. */
export function judgeClosedTold(judge: Judge, site: Site, { id, folder, requestHead }: KnownClaim): void {
  // Whoever closed it may be the one that has lost its memory.
  if (judge.scene.truth.lostInstances.size > 0) return
  const isClosed = (pull: Pull) =>
    pull.branch === `vault/${id}` &&
    pull.events.some(
      (event) => isClosedByUs(event) && event.isLate !== true && pictureOf(site, pull, event.seq)?.head === requestHead,
    )
  for (const pull of site.pulls.filter(isClosed))
    if (!isEndTold(pull, folder))
      judge.blame('told_end', `pull request ${pull.number} was closed, and is not told how ${id} ended`)
}

/** What has ended is told, and known to be: else it would never come to rest, and be asked for in each tick. */
export function judgeOwed(judge: Judge, { id, outcomes }: KnownClaim): void {
  if (outcomes.length === 0) return
  for (const { name, process, disk } of judge.scene.hosts) {
    const file = process === null ? undefined : disk.files.get('state/pulls.json')
    const { pulls } = JSON.parse(file ?? '{"pulls":{}}') as { pulls: Readonly<Record<string, Shown>> }
    for (const [number, { claim }] of Object.entries(pulls))
      if (claim?.id === id && !claim.isTold)
        judge.blame('left_over', `${name} owes pull request ${number} the end of ${id}`)
  }
}

interface Shown {
  readonly claim: { readonly id: string; readonly isTold: boolean } | null
}
