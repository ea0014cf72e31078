/** How a forge tells of one picture of itself: as the adapters read it, with what real forges leave out. */
import type { Account, PullComment, PullFact, PullHistory, PushFact, ReviewFact } from '../../../vault/forge/fact.js'
import type { PullPicture } from '../forge/picture.js'
import { type Push, SELF, type Site, type Who } from '../forge/site.js'
import { accountId } from '../people/cast.js'

export const REPOSITORY_ID = 1
export const SELF_ACCOUNT: Account = { id: 100, login: SELF, kind: 'person' }
const GHOST: Account = { id: -1, login: 'ghost', kind: 'ghost' }

/** A moment of a forge. */
export interface Moment {
  readonly site: Site
  readonly asOf: number
}

export function pullFact(picture: PullPicture, moment: Moment): PullFact {
  const { pull, merged } = picture
  return {
    number: pull.number,
    url: `https://forge.invalid/acme/ops/pulls/${pull.number}`,
    state: picture.isOpen ? 'open' : 'closed',
    merged: merged !== null,
    mergeCommit: merged?.commit ?? null,
    head: picture.head,
    headBranch: picture.hasBranch ? pull.branch : null,
    headRepoId: pull.isOurs ? REPOSITORY_ID : 1000 + pull.number,
    baseBranch: picture.base,
    baseRepoId: REPOSITORY_ID,
    author: accountOf(pull.author, moment),
    draft: picture.isDraft,
    updatedAt: seconds(picture.updatedAt),
    createdAt: seconds(pull.opened.at),
    labels: picture.labels,
    mergedBy: merged === null ? null : accountOf(merged.by, moment),
  }
}

export function historyOf(picture: PullPicture, moment: Moment): PullHistory {
  const known = (all: readonly Who[]) => all.map((who) => accountOf(who, moment) ?? GHOST)
  return {
    pushes: picture.pushes.filter(({ after }) => after !== null).map((push) => pushFact(push, moment)),
    wasRetargeted: picture.wasRetargeted,
    scheduledBy: known(picture.scheduledBy),
    closedBy: known(picture.closedBy),
    reopenedBy: known(picture.reopenedBy),
  }
}

export function reviewsOf({ reviews }: PullPicture, moment: Moment): readonly ReviewFact[] {
  return reviews.map(({ id, by, state, commit, isDismissed, at }) => ({
    ...{ id, author: accountOf(by, moment), commit, submittedAt: seconds(at) },
    // GitHub does not say what a dismissed review was.
    ...{ state: isDismissed && moment.site.kind === 'github' ? 'dismissed' : state, dismissed: isDismissed },
  }))
}

export function commentsOf({ comments }: PullPicture, moment: Moment): readonly PullComment[] {
  return comments.map(({ id, by, body, createdAt, updatedAt }) => ({
    ...{ id, body, author: accountOf(by, moment) },
    ...{ createdAt: seconds(createdAt), updatedAt: seconds(updatedAt) },
  }))
}

function pushFact(push: Push, moment: Moment): PushFact {
  const { by, isNamed, isForced, isListed, before, after, brought } = push
  const commits = isForced || !isListed ? null : brought.toReversed()
  return { by: isNamed ? accountOf(by, moment) : null, isForced, before, after, commits }
}

/** Of a deleted account GitHub says nothing, and Forgejo that it is a ghost. */
function accountOf(who: Who, { site, asOf }: Moment): Account | null {
  if (who === SELF) return SELF_ACCOUNT
  if (site.roleOf(who, asOf) !== 'deleted')
    return { id: accountId(who), login: who, kind: who === 'bot' ? 'bot' : 'person' }
  return site.kind === 'github' ? null : GHOST
}

/** Forges tell times in whole seconds. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
