/** Law 6: the requester never is the second key, unless the policy says so for that tier. */
import type { Account } from '../forge/fact.js'
import type { PullRequesters } from '../request/pull-requesters.js'
import { nameOf, type Person } from './forge-approver.js'
import type { KeyDraft, Refused, Unverifiable } from './key-draft.js'

interface Apart {
  readonly kind: 'apart'
  readonly requesters: readonly Account[]
}

/**
 * @param signers principals whose keys signed commits of the request. No file says which account a principal is; one that
 * has the approver's login is taken for them, because that can only refuse.
 */
export function keepApart(
  approver: Person,
  requesters: PullRequesters,
  signers: readonly string[],
  allowSelf: boolean,
  draft: KeyDraft,
): Apart | Refused | Unverifiable {
  if (requesters.kind === 'unverifiable') return draft.unverifiable('requesters', requesters.fault)
  if (requesters.kind === 'unknown') return draft.refuse('requesters', 'requester_unknown', requesters.detail)
  const { accounts } = requesters
  const names = accounts.map(nameOf).join(', ')
  draft.saw('requesters', names, 'known')
  const isSelf = accounts.some(({ id }) => id === approver.id) || signers.some((name) => isLogin(name, approver))
  if (isSelf && !allowSelf)
    return draft.refuse('two_people', 'self_approval', `${nameOf(approver)} requested it, and would approve it`)
  draft.saw(
    'two_people',
    `${nameOf(approver)} approved, ${names} requested`,
    isSelf ? 'allowed by allow_self' : 'two people',
  )
  return { kind: 'apart', requesters: accounts }
}

function isLogin(name: string, { login }: Person): boolean {
  return name.toLowerCase() === login.toLowerCase()
}
