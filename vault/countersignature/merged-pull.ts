/**
 * The pull request behind a merge, and the person who merged it. The same for actions and for the trust set; what the
 * merge contains is bound by git before this is asked.
 */
import type { Account, Learned, MergeDossier, PullDossier, PullFact } from '../forge/fact.js'
import { known } from '../forge/unproven.js'
import type { Oid } from '../oid.js'
import { short } from './binding.js'
import { type ForgeJudge, forgeApproverOf, nameOf, type Person } from './forge-approver.js'
import type { KeyDraft, Refused, Unverifiable } from './key-draft.js'
import { standingReview } from './standing-review.js'

export interface MergedPull {
  readonly kind: 'merged'
  readonly dossier: PullDossier
  /** All that the forge gives for this merge: whoever asked in one of them asks. */
  readonly all: readonly PullDossier[]
  readonly by: Person
  /** The merger's own review of the head, where the merge had been scheduled. */
  readonly scheduledReview: number | null
}

export interface MergedCommit {
  readonly commit: Oid
  /** Its second parent: what was approved. Never the live head of the pull request. */
  readonly head: Oid
}

/** Of several of one merge, each has to be right: else a second one would hide what happened to the first. */
export function mergedPullOf(
  merge: MergedCommit,
  learned: Learned<MergeDossier | null> | null,
  needed: 'admin' | 'write',
  judge: ForgeJudge,
  draft: KeyDraft,
): MergedPull | Refused | Unverifiable {
  const found = known(learned, `the pull request of ${short(merge.commit)}`)
  if (!found.ok) return draft.unverifiable('pull_request', found.fault)
  if (found.value === null) return draft.refuse('pull_request', 'no_second_key', NO_PULL(short(merge.commit)))
  const { isRecent, others } = found.value
  const all = [found.value, ...others]
  // One against another branch or repository did not move ours.
  const own = all.filter(({ pull }) => isAgainst(pull, judge))
  const [dossier, ...twins]: readonly [PullDossier, ...PullDossier[]] = hasAny(own) ? own : [found.value]
  for (const each of [dossier, ...twins]) {
    const wrong = wrongPull(merge, each, judge, draft) ?? turnedPull(each, draft)
    if (wrong !== null) return wrong
  }
  draft.saw('pull_request', `${dossier.pull.url} was merged as ${short(merge.commit)}`, 'found')
  const merged = mergerOf({ ...merge, isRecent }, dossier, needed, judge, draft)
  if (merged.kind !== 'merger') return merged
  for (const each of twins) {
    const twin = mergerOf({ ...merge, isRecent }, each, needed, judge, draft)
    if (twin.kind !== 'merger') return twin
    if (twin.by.id !== merged.by.id) {
      const detail = `${nameOf(merged.by)} merged pull request ${dossier.pull.number}, ${nameOf(twin.by)} another one of the same merge`
      return draft.refuse('approver', 'approver_unnamed', detail)
    }
  }
  return { ...merged, kind: 'merged', dossier, all }
}

function hasAny<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0
}

type Merger = Pick<MergedPull, 'by' | 'scheduledReview'> & { readonly kind: 'merger' }

function mergerOf(
  merge: MergedCommit & Pick<MergeDossier, 'isRecent'>,
  dossier: PullDossier,
  needed: 'admin' | 'write',
  judge: ForgeJudge,
  draft: KeyDraft,
): Merger | Refused | Unverifiable {
  const approver = forgeApproverOf(dossier.pull.mergedBy, needed, dossier.permissions, judge)
  if (approver.kind === 'refused') return draft.refuse('approver', approver.reason, approver.detail)
  if (approver.kind === 'unverifiable') return draft.unverifiable('approver', approver.fault)
  const { person } = approver
  draft.saw('approver', `${nameOf(person)}, ${person.permission}, merged ${short(merge.commit)}`, 'allowed')
  const scheduled = scheduledReview(merge, dossier, person, draft)
  return scheduled.kind === 'none' || scheduled.kind === 'review'
    ? { kind: 'merger', by: person, scheduledReview: scheduled.kind === 'review' ? scheduled.id : null }
    : scheduled
}

function turnedPull(
  { pull: { number }, history: learned }: PullDossier,
  draft: KeyDraft,
): Refused | Unverifiable | null {
  const history = known(learned, `the history of pull request ${number}`)
  if (!history.ok) return draft.unverifiable('pull_request', history.fault)
  if (!history.value.wasRetargeted) return null
  return draft.refuse('pull_request', 'retargeted', `pull request ${number} has had another base branch`)
}

function isAgainst({ baseBranch, baseRepoId }: PullFact, { identity }: ForgeJudge): boolean {
  return baseBranch === identity.baseBranch && baseRepoId === identity.repositoryId
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
  { head, isRecent }: MergedCommit & Pick<MergeDossier, 'isRecent'>,
  dossier: PullDossier,
  by: Person,
  draft: KeyDraft,
): Scheduled {
  const history = known(dossier.history, `the history of pull request ${dossier.pull.number}`)
  if (!history.ok) return draft.unverifiable('scheduled_merge', history.fault)
  const { scheduledBy } = history.value
  if (scheduledBy.length === 0) return { kind: 'none' }
  const reviews = known(dossier.reviews, `the reviews of pull request ${dossier.pull.number}`)
  if (!reviews.ok) return draft.unverifiable('scheduled_merge', reviews.fault)
  const who = scheduledBy.map((account: Account) => nameOf(account)).join(', ')
  const review = standingReview(reviews.value, by.id)
  if (review?.state !== 'approved' || review.dismissed || review.commit !== head) {
    const detail = `the merge was scheduled by ${who}, and ${nameOf(by)} has no standing approval of ${short(head)}`
    // A replica of the forge may lag: what is missing may only be late, and a refusal is for good.
    return isRecent
      ? draft.unverifiable('scheduled_merge', {
          reason: 'forge_late',
          detail: `${detail}; the forge may only not show it yet`,
        })
      : draft.refuse('scheduled_merge', 'scheduled_without_review', detail)
  }
  draft.saw('scheduled_merge', `scheduled by ${who}; ${nameOf(by)} approved ${short(head)}`, 'reviewed')
  return { kind: 'review', id: review.id }
}

const NO_PULL = (commit: string): string =>
  `the forge knows no pull request that was merged as ${commit}: it was pushed, squashed or rebased. ` +
  'Allow merge commits only, and nobody but the dispatcher to push to the branch'
