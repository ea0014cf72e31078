/** What ends a review window for good: anybody with write permission who spoke against it, whatever became of that later. */
import { mayWrite, nameOf } from '../countersignature/forge-approver.js'
import type { Oid } from '../oid.js'
import type { Account, PullDossier, ReviewFact } from './fact.js'
import { known, type Unproven } from './unproven.js'

export type Veto =
  | { readonly kind: 'none' }
  | { readonly kind: 'veto'; readonly by: string; readonly how: string }
  | { readonly kind: 'unverifiable'; readonly fault: Unproven }

/** A line of its own, so that who explains the command does not give it. */
const COMMAND = /^[ \t]*\/veto\b/im

/** Whose author's permission matters. */
export function isVetoComment(body: string): boolean {
  return COMMAND.test(body)
}

interface Objection {
  readonly by: Account | null
  readonly how: string
}

/** One that is known settles it, whatever is not known of the others. */
export function vetoIn(dossier: PullDossier, head: Oid, self: Account): Veto {
  const { number } = dossier.pull
  const reviews = known(dossier.reviews, `the reviews of pull request ${number}`)
  const comments = known(dossier.comments, `the comments of pull request ${number}`)
  const history = known(dossier.history, `the history of pull request ${number}`)
  const objections: readonly Objection[] = [
    ...(reviews.ok ? reviews.value : []).filter((review) => isObjection(review, head)).map(byReview),
    ...(comments.ok ? comments.value : [])
      .filter(({ author, body }) => author?.id !== self.id && isVetoComment(body))
      .map(({ author }) => ({ by: author, how: 'a /veto comment' })),
    ...(history.ok ? history.value.closedBy : [])
      .filter(({ id }) => id !== self.id)
      .map((by) => ({ by, how: 'closed the pull request' })),
  ]
  const weighed = objections.map((objection) => weigh(objection, dossier))
  const veto = weighed.find(({ kind }) => kind === 'veto')
  if (veto !== undefined) return veto
  for (const learned of [reviews, comments, history])
    if (!learned.ok) return { kind: 'unverifiable', fault: learned.fault }
  return weighed.find(({ kind }) => kind === 'unverifiable') ?? { kind: 'none' }
}

/**
 * GitHub does not say what a dismissed review was, so one of this head counts as a veto; one of an older head was most
 * often an approval that the push dismissed.
 */
function isObjection({ state, dismissed, commit }: ReviewFact, head: Oid): boolean {
  const mayBeOfHead = commit === null || commit === head
  if (state === 'changes_requested') return !dismissed || mayBeOfHead
  return state === 'dismissed' && mayBeOfHead
}

function byReview({ author, state, dismissed }: ReviewFact): Objection {
  return { by: author, how: dismissed || state === 'dismissed' ? 'a review that was dismissed' : 'changes requested' }
}

/** Whoever is not named, or gone, may have had the permission. */
function weigh({ by, how }: Objection, { permissions }: PullDossier): Veto {
  if (by === null || by.kind === 'ghost') return { kind: 'veto', by: 'somebody who is not known', how }
  const permission = known(permissions.get(by.id), `the permission of ${nameOf(by)}`)
  // Forges do not tell permissions of apps.
  if (by.kind === 'bot' && !permission.ok) return { kind: 'veto', by: nameOf(by), how }
  if (!permission.ok) return { kind: 'unverifiable', fault: permission.fault }
  return mayWrite(permission.value) ? { kind: 'veto', by: nameOf(by), how } : { kind: 'none' }
}
