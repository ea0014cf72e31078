import type { TrustSet } from '../policy/trust-set.js'

/** Who could be the second key in a forge, in words: who has a permission there only the forge knows. */
export function forgeApprovers(tier: 'medium' | 'high', { policy }: TrustSet): readonly string[] {
  const isAdmin = tier === 'high' || policy.medium.reviewedBy === 'admin'
  const pinned = isAdmin ? policy.high.admins : null
  const other = policy[tier].allowSelf ? '' : ' who did not request it'
  if (pinned === null) return [`a person with ${isAdmin ? 'admin' : 'write'} permission${other}`]
  const able = pinned.filter(({ id }) => !policy.never.some((account) => account.id === id))
  return able.map(({ login, id }) => `${login} (id ${id})`)
}
