/** Reviews: what was said of which commit. */
import { runGit } from '../../run-git.js'
import { isOfficial } from '../forgejo/branch-protection.js'
import { attemptScheduled } from './auto-merge.js'
import { note } from './pull-events.js'
import { Refusal } from './refusal.js'
import { may } from './roles.js'
import type { Pull, Review, Site, User } from './state.js'
import { notifyHooks } from './webhooks.js'

export interface NewReview {
  readonly state: Review['state']
  readonly body: string
  /** Chosen by the caller; null: the head. */
  readonly commit: string | null
  /** Comments on lines that come with it. */
  readonly lines: number
}

export async function addReview(site: Site, pull: Pull, by: User, spec: NewReview): Promise<Review> {
  const isVerdict = spec.state === 'approved' || spec.state === 'changes_requested'
  if (isVerdict && pull.author === by.id) throw selfReview(site, spec.state)
  if (spec.state !== 'approved' && spec.lines === 0 && spec.body.trim() === '')
    throw new Refusal(422, 'review requires a body')
  if (site.kind === 'forgejo') await replaceEarlier(pull, by, spec, isVerdict)
  const review: Review = {
    id: site.nextId(),
    by: by.id,
    state: spec.state,
    body: spec.body,
    commit: spec.commit ?? pull.head,
    submittedAt: site.now(),
    stale: isVerdict && spec.commit !== null && spec.commit !== pull.head,
    official: isVerdict && isOfficial(site, pull.repo, by, pull.baseBranch),
    dismissed: false,
  }
  pull.reviews.push(review)
  note(site, pull, by, { kind: 'review', review })
  for (let line = 0; line < spec.lines; line += 1) note(site, pull, by, { kind: 'code' })
  notifyHooks(site, pull.repo, { event: 'review', by, pull, state: spec.state })
  if (spec.state === 'approved') await attemptScheduled(site, pull)
  return review
}

/** On Forgejo a verdict dismisses those that its author gave before, and answers a request for one. */
async function replaceEarlier(pull: Pull, by: User, spec: NewReview, isVerdict: boolean): Promise<void> {
  const isKnown = spec.commit === null || /^[0-9a-f]{4,64}$/.test(spec.commit)
  if (isVerdict && !(isKnown && (await resolves(pull, spec.commit)))) throw new Refusal(500, '')
  if (spec.state !== 'pending')
    pull.reviews = pull.reviews.filter((each) => each.by !== by.id || each.state !== 'requested')
  for (const mine of pull.reviews.filter((each) => isVerdict && each.by === by.id)) {
    mine.official = false
    if (mine.state === 'approved' || mine.state === 'changes_requested') mine.dismissed = true
  }
}

const resolves = async (pull: Pull, commit: string | null): Promise<boolean> =>
  commit === null || (await runGit(pull.repo.path, ['cat-file', '-t', commit], { mayFail: true })) === 'commit'

/** Forgejo: asks somebody to review. */
export function requestReview(site: Site, pull: Pull, by: User, reviewer: User): Review {
  const official = isOfficial(site, pull.repo, reviewer, pull.baseBranch)
  const fixed = { by: reviewer.id, state: 'requested', body: '', commit: '', stale: false, dismissed: false } as const
  const review: Review = { ...fixed, id: site.nextId(), submittedAt: site.now(), official }
  for (const earlier of pull.reviews) if (official && earlier.by === reviewer.id) earlier.official = false
  pull.reviews.push(review)
  note(site, pull, by, { kind: 'review_request', review })
  return review
}

function selfReview(site: Site, state: string): Refusal {
  if (site.kind === 'forgejo')
    return new Refusal(422, `${state === 'approved' ? 'approve' : 'reject'} your own pull is not allowed`)
  const what = state === 'approved' ? 'approve' : 'request changes on'
  return new Refusal(422, 'Unprocessable Entity', { errors: [`Can not ${what} your own pull request`] })
}

/** Forgejo: by its author, without a trace, and without an update of the pull request. */
export function removeReview(pull: Pull, by: User, id: number): void {
  const review = pull.reviews.find((each) => each.id === id)
  if (review === undefined) throw new Refusal(404, 'Not Found')
  if (review.by !== by.id && !by.isSiteAdmin) throw new Refusal(403, '')
  pull.reviews = pull.reviews.filter((each) => each !== review)
  const index = pull.events.findIndex((event) => event.kind === 'review' && event.review === review)
  pull.events.splice(index, 1)
}

export async function dismissReview(site: Site, pull: Pull, by: User, review: Review, message: string): Promise<void> {
  const least = site.kind === 'forgejo' ? 'admin' : 'write'
  if (!may(site, pull.repo, by, least)) throw new Refusal(403, `Must be repo ${least}`)
  if (site.kind === 'forgejo' && pull.state === 'closed')
    throw new Refusal(403, 'can not dismiss a review of a closed pull request')
  review.dismissed = true
  note(site, pull, by, { kind: 'dismiss_review', review, message })
  await attemptScheduled(site, pull)
}
