/** Law 3: a requester without write permission is high at least. In plain git whoever could push may write; a forge says it. */
import { mayWrite, nameOf } from '../countersignature/forge-approver.js'
import type { Account, PullDossier } from '../forge/fact.js'
import { known, type Unproven } from '../forge/unproven.js'

export type RequesterStanding =
  | { readonly kind: 'known'; readonly mayWrite: boolean }
  | { readonly kind: 'unverifiable'; readonly fault: Unproven }

/** Nobody without write permission can push a branch to the ops repo, or to main. */
export const MAY_WRITE: RequesterStanding = { kind: 'known', mayWrite: true }
const MAY_NOT: RequesterStanding = { kind: 'known', mayWrite: false }

/** One who is known not to write settles it, whatever is not known of the others. */
export function standingOf(dossiers: readonly PullDossier[], repositoryId: number): RequesterStanding {
  const all = dossiers.flatMap((dossier) => standingsOf(dossier, repositoryId))
  if (all.some((each) => each.kind === 'known' && !each.mayWrite)) return MAY_NOT
  return all.find((each) => each.kind === 'unverifiable') ?? MAY_WRITE
}

/** Into a fork anybody may push; its pushers ask as its author does (field failure 45). */
function standingsOf(dossier: PullDossier, repositoryId: number): readonly RequesterStanding[] {
  const { pull, history: learned } = dossier
  const isFork = pull.headRepoId !== repositoryId
  const author = accountStanding(pull.author, isFork, dossier)
  if (!isFork) return [author]
  const history = known(learned, `the history of pull request ${pull.number}`)
  if (!history.ok) return [author, { kind: 'unverifiable', fault: history.fault }]
  return [author, ...history.value.pushes.map(({ by }) => accountStanding(by, isFork, dossier))]
}

function accountStanding(account: Account | null, isFork: boolean, { permissions }: PullDossier): RequesterStanding {
  if (account === null || account.kind === 'ghost') return MAY_NOT
  // Forges do not tell permissions of apps. What they open of a branch of ours was pushed by somebody who may.
  if (account.kind === 'bot' && !permissions.has(account.id)) return isFork ? MAY_NOT : MAY_WRITE
  const permission = known(permissions.get(account.id), `the permission of ${nameOf(account)}`)
  if (!permission.ok) return { kind: 'unverifiable', fault: permission.fault }
  return mayWrite(permission.value) ? MAY_WRITE : MAY_NOT
}
