/**
 * The pull request behind a merge, and the person who merged it. The same for actions and for the trust set; what the
 * merge contains is bound by git before this is asked.
 */
import type { Account, Learned, PullDossier, PullHistory } from '../forge/fact.js'
import { known } from '../forge/unproven.js'
import type { Oid } from '../oid.js'
import { short } from './binding.js'
import { type ForgeJudge, forgeApproverOf, nameOf, type Person } from './forge-approver.js'
import type { KeyDraft, Refused, Unverifiable } from './key-draft.js'
import { standingReview } from './standing-review.js'

export interface MergedPull {
  readonly kind: 'merged'
  readonly dossier: PullDossier
  readonly by: Person
  /** The merger's own review of the head, where the merge had been scheduled. */
  readonly scheduledReview: number | null
}

export interface MergedCommit {
  readonly commit: Oid
  /** Its second parent: what was approved. Never the live head of the pull request. */
  readonly head: Oid
}

export function mergedPullOf(
  merge: MergedCommit,
  learned: Learned<PullDossier | null> | null,
  needed: 'admin' | 'write',
  judge: ForgeJudge,
  draft: KeyDraft,
): MergedPull | Refused | Unverifiable {
  const found = known(learned, `the pull request of ${short(merge.commit)}`)
  if (!found.ok) return draft.unverifiable('pull_request', found.fault)
  const dossier = found.value
  if (dossier === null) return draft.refuse('pull_request', 'no_second_key', NO_PULL(short(merge.commit)))
  const wrong = wrongPull(merge, dossier, judge, draft)
  if (wrong !== null) return wrong
  const history = known(dossier.history, `the history of pull request ${dossier.pull.number}`)
  if (!history.ok) return draft.unverifiable('pull_request', history.fault)
  if (history.value.wasRetargeted)
    return draft.refuse('pull_request', 'retargeted', `pull request ${dossier.pull.number} has had another base branch`)
  draft.saw('pull_request', `${dossier.pull.url} was merged as ${short(merge.commit)}`, 'found')

  const approver = forgeApproverOf(dossier.pull.mergedBy, needed, dossier.permissions, judge)
  if (approver.kind === 'refused') return draft.refuse('approver', approver.reason, approver.detail)
  if (approver.kind === 'unverifiable') return draft.unverifiable('approver', approver.fault)
  const { person } = approver
  draft.saw('approver', `${nameOf(person)}, ${person.permission}, merged ${short(merge.commit)}`, 'allowed')
  const scheduled = scheduledReview(merge.head, dossier, history.value, person, draft)
  return scheduled.kind === 'none' || scheduled.kind === 'review'
    ? { kind: 'merged', dossier, by: person, scheduledReview: scheduled.kind === 'review' ? scheduled.id : null }
    : scheduled
}

/** It must say of itself that it is this merge, into this branch, of this repository. */
function wrongPull(
  merge: MergedCommit,
  { pull }: PullDossier,
  { identity }: ForgeJudge,
  draft: KeyDraft,
): Refused | Unverifiable | null {
  const { number, baseBranch, baseRepoId, mergeCommit } = pull
  // Git shows the merge, so the forge is only late.
  if (!pull.merged || mergeCommit === null) {
    const detail = `pull request ${number} is not merged yet, says the forge`
    return draft.unverifiable('pull_request', { reason: 'forge_late', detail })
  }
  if (mergeCommit !== merge.commit) {
    const detail = `pull request ${number} was merged as ${short(mergeCommit)}, not as ${short(merge.commit)}`
    return draft.refuse('pull_request', 'not_this_merge', detail)
  }
  if (baseRepoId !== identity.repositoryId)
    return draft.refuse(
      'pull_request',
      'not_this_repository',
      `pull request ${number} was made against another repository`,
    )
  if (baseBranch !== identity.baseBranch)
    return draft.refuse('pull_request', 'not_this_branch', `pull request ${number} was made against ${baseBranch}`)
  return null
}

type Scheduled = { readonly kind: 'none' } | { readonly kind: 'review'; readonly id: number } | Refused | Unverifiable

/**
 * A scheduled merge happens later, by itself, on whatever the head is then (field failure 44): that it names an admin says
 * nothing about what the admin saw. Their own approving review of exactly this head does.
 */
function scheduledReview(
  head: Oid,
  dossier: PullDossier,
  { scheduledBy }: PullHistory,
  by: Person,
  draft: KeyDraft,
): Scheduled {
  if (scheduledBy.length === 0) return { kind: 'none' }
  const reviews = known(dossier.reviews, `the reviews of pull request ${dossier.pull.number}`)
  if (!reviews.ok) return draft.unverifiable('scheduled_merge', reviews.fault)
  const who = scheduledBy.map((account: Account) => nameOf(account)).join(', ')
  const review = standingReview(reviews.value, by.id)
  if (review?.state !== 'approved' || review.dismissed || review.commit !== head) {
    const detail = `the merge was scheduled by ${who}, and ${nameOf(by)} has no standing approval of ${short(head)}`
    return draft.refuse('scheduled_merge', 'scheduled_without_review', detail)
  }
  draft.saw('scheduled_merge', `scheduled by ${who}; ${nameOf(by)} approved ${short(head)}`, 'reviewed')
  return { kind: 'review', id: review.id }
}

const NO_PULL = (commit: string): string =>
  `the forge knows no pull request that was merged as ${commit}: it was pushed, squashed or rebased. ` +
  'Allow merge commits only, and nobody but the dispatcher to push to the branch'
