/**
 * The second key of a forge for a medium request that is still open: an approving review of exactly its head, by a person
 * who may write and did not request it. The forge's own flags (stale, official) are no evidence: the commit is.
 */
import type { Account, Learned, Permission, PullDossier, ReviewFact } from '../forge/fact.js'
import { known, type Unproven } from '../forge/unproven.js'
import type { Oid } from '../oid.js'
import type { Evidence } from '../record/statement.js'
import { timestampOf } from '../record/time.js'
import { pullRequestersOf } from '../request/pull-requesters.js'
import { neededRole } from './approver.js'
import { short } from './binding.js'
import { type ForgeJudge, forgeApproverOf, mayWrite, nameOf, type Person } from './forge-approver.js'
import type { Given, KeyDraft, Refused, Unverifiable } from './key-draft.js'
import type { OpenPulls } from './open-pulls.js'
import { standingReview } from './standing-review.js'
import { keepApart } from './two-people.js'

export type PullReview = Extract<Evidence, { kind: 'pull_review' }>

/** `none`: nobody has approved it so that it counts. `opposed`: a writer asks for changes, and that stands. */
interface Undecided {
  readonly kind: 'none' | 'opposed'
}

export function pullReviewKey(
  open: OpenPulls,
  judge: ForgeJudge,
  now: number,
  draft: KeyDraft,
): Given<PullReview> | Refused | Unverifiable | Undecided {
  const candidates: Candidate[] = []
  const faults: Unproven[] = []
  let retargeted: number | null = null
  // Of a draft only what speaks against its head: else whoever asks hides it there, and goes on with another one.
  for (const dossier of [...open.pulls, ...open.drafts]) {
    const reviews = known(dossier.reviews, `the reviews of pull request ${dossier.pull.number}`)
    if (!reviews.ok) return draft.unverifiable('reviews', reviews.fault)
    for (const review of standing(reviews.value)) {
      if (dossier.pull.draft && review.state !== 'changes_requested') continue
      const found = weigh(review, dossier, open.head, judge, draft)
      if (found.kind === 'opposed') return { kind: 'opposed' }
      // An objection that may count holds up whatever was approved; an approval that may count, nothing.
      if (found.kind === 'unverifiable' && review.state === 'changes_requested')
        return draft.unverifiable('reviews', found.fault)
      if (found.kind === 'unverifiable') faults.push(found.fault)
      if (found.kind === 'retargeted') retargeted = dossier.pull.number
      if (found.kind === 'candidate') candidates.push(found)
    }
  }
  const [fault] = faults
  const given = firstApart(candidates, open, judge, now, draft)
  if (given !== null) return given
  if (fault !== undefined) return draft.unverifiable('reviews', fault)
  if (retargeted === null) return { kind: 'none' }
  return draft.refuse('reviews', 'retargeted', `pull request ${retargeted} has had another base branch`)
}

interface Candidate {
  readonly kind: 'candidate'
  readonly pull: number
  readonly review: ReviewFact
  readonly by: Person
}

type Weighed =
  | Candidate
  /** `retargeted`: it may be of another change than the one that would come to main. */
  | { readonly kind: 'opposed' | 'ignored' | 'retargeted' }
  | { readonly kind: 'unverifiable'; readonly fault: Unproven }

/** Each that does not count says why: else nobody can see what became of an approval (field failure 34). */
function weigh(
  review: ReviewFact,
  { pull, history, permissions }: PullDossier,
  head: Oid,
  judge: ForgeJudge,
  draft: KeyDraft,
): Weighed {
  const { author, state, commit, dismissed } = review
  const saw = `review ${review.id} of pull request ${pull.number} by ${author === null ? 'nobody known' : nameOf(author)}`
  const ignored = (why: string): Weighed => {
    draft.saw('review', saw, `ignored: ${why}`)
    return { kind: 'ignored' }
  }
  if (dismissed || state === 'dismissed') return ignored('dismissed')
  if (state === 'changes_requested') return weighObjection(author, permissions, saw, draft)
  if (commit !== head)
    return ignored(`it is of ${commit === null ? 'no known commit' : short(commit)}, the head is ${short(head)}`)
  const approver = forgeApproverOf(author, neededRole('medium', judge.set), permissions, judge)
  if (approver.kind === 'refused') return ignored(`${approver.reason}: ${approver.detail}`)
  if (approver.kind === 'unverifiable') return approver
  // Whose history is not known is found out with the requesters.
  if (history?.ok === true && history.value.wasRetargeted) {
    draft.saw('review', saw, 'ignored: the pull request has had another base branch')
    return { kind: 'retargeted' }
  }
  draft.saw('review', saw, `approves ${short(head)}`)
  return { kind: 'candidate', pull: pull.number, review, by: approver.person }
}

/** Whoever may write may hold it up, the requester too; also with a request that is of an older head. */
function weighObjection(
  author: Account | null,
  permissions: ReadonlyMap<number, Learned<Permission>>,
  saw: string,
  draft: KeyDraft,
): Weighed {
  const who = toldApart(author)
  const permission = who === null ? null : known(permissions.get(who.id), `the permission of ${nameOf(who)}`)
  // Of who is gone, and of apps, forges tell no permission: it may have been one that counts.
  const isUntold = permission === null || (who?.kind === 'bot' && !permission.ok)
  if (!isUntold && !permission.ok) return { kind: 'unverifiable', fault: permission.fault }
  const counts = isUntold || (permission.ok && mayWrite(permission.value))
  draft.saw('review', saw, counts ? 'changes requested' : 'ignored: may not write')
  return { kind: counts ? 'opposed' : 'ignored' }
}

/** Deleted accounts share one id. */
function toldApart(author: Account | null): Account | null {
  return author?.kind === 'ghost' ? null : author
}

/** The last word of each person; of those who cannot be told apart, every objection. */
function standing(reviews: readonly ReviewFact[]): readonly ReviewFact[] {
  const people = new Set(reviews.flatMap(({ author }) => toldApart(author)?.id ?? []))
  const last = [...people].flatMap((id) => standingReview(reviews, id) ?? [])
  const others = reviews.filter(({ author, state }) => toldApart(author) === null && state !== 'commented')
  return [...last, ...others].sort((a, b) => a.id - b.id)
}

/** The first approval by somebody who did not request it; null where there is none. */
function firstApart(
  candidates: readonly Candidate[],
  open: OpenPulls,
  judge: ForgeJudge,
  now: number,
  draft: KeyDraft,
): Given<PullReview> | Refused | Unverifiable | null {
  if (candidates.length === 0) return null
  const requesters = pullRequestersOf([...open.pulls, ...open.drafts, ...open.kin], open.commits)
  const allowSelf = judge.set.policy.medium.allowSelf
  for (const { pull, review, by } of candidates) {
    const apart = keepApart(by, requesters, open.signers, allowSelf, draft)
    if (apart.kind === 'refused' && apart.reason === 'self_approval') continue
    if (apart.kind !== 'apart') return apart
    const { kind, repositoryId } = judge.identity
    return draft.give({
      kind: 'pull_review',
      forge: kind,
      repo_id: repositoryId,
      pull,
      head: open.head,
      review: { id: review.id, commit: open.head, by },
      requesters: apart.requesters.map(({ id, login }) => ({ id, login })),
      observed_at: timestampOf(now),
    })
  }
  return null
}
