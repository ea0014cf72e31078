/** A review window, by true time and by what people truly said: did it pass, and did nobody object? */
import type { Oid } from '../../../vault/oid.js'
import { type PullPicture, pictureOf } from '../forge/picture.js'
import { SELF, type Site, type Who } from '../forge/site.js'
import type { Judge } from './judge.js'
import { askedFor } from './pull-requesters.js'
import type { PullClaim } from './pulls.js'

const MINUTE_MS = 60_000

export function windowFault(judge: Judge, claim: PullClaim, number: number): string | null {
  const { site, glimpse, requestHead, trust } = claim
  const { windowMinutes } = trust.policy
  const pull = site.pull(number)
  const head = requestHead as Oid
  if (windowMinutes === null) return 'the policy has no review window'
  if (pull === null) return 'there is no such pull request'
  const isUp = (picture: PullPicture | null) =>
    picture?.isOpen === true && !picture.isDraft && picture.base === 'main' && picture.head === head
  if (!glimpse.holds((moment) => isUp(pictureOf(site, pull, moment)))) return 'no pull request is open with that head'
  const told = pull.events.find(
    (event) =>
      (event.kind === 'commented' || event.kind === 'edited') && event.by === SELF && event.body.includes(head),
  )
  if (told === undefined || glimpse.seenAt - told.at < windowMinutes * MINUTE_MS)
    return 'people could not read of it for so long'
  if (!glimpse.holds((moment) => !isVetoed(site, head, moment))) return 'somebody who may write objected'
  const asked = (moment: number) => askedFor(judge, site, { head, number, moment }, 'least', trust).names
  return glimpse.holds((moment) => asked(moment) !== null) ? null : 'nobody knows who asked'
}

/** On any pull request that is open with that head, drafts too; whatever became of the objection. */
function isVetoed(site: Site, head: Oid, moment: number): boolean {
  const mayWrite = (who: Who) => who !== SELF && ['write', 'admin'].includes(site.roleOf(who, moment))
  const open = site.pulls.flatMap((pull) => pictureOf(site, pull, moment) ?? []).filter((one) => one.isOpen)
  return open
    .filter((picture) => picture.head === head)
    .some(({ reviews, comments, closedBy }) => {
      const objected = reviews.filter(({ state, commit, isDismissed }) => {
        return state === 'changes_requested' && (!isDismissed || commit === head)
      })
      const vetoed = comments.filter(({ by, body }) => by !== SELF && /^\/veto\b/m.test(body))
      return [...objected, ...vetoed].some(({ by }) => mayWrite(by)) || closedBy.some(mayWrite)
    })
}
