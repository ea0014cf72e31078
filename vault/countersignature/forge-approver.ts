/** Whose account it is, and whether that person may be a second key. By numeric id throughout: logins are reassigned. */
import type { Account, Learned, Permission } from '../forge/fact.js'
import type { ForgeIdentity } from '../forge/sight.js'
import { known, type Unproven } from '../forge/unproven.js'
import type { TrustSet } from '../policy/trust-set.js'
import type { RefuseReason } from '../reasons.js'

export interface Person {
  readonly id: number
  readonly login: string
  readonly permission: 'admin' | 'write'
}

export type ForgeApprover =
  | { readonly kind: 'allowed'; readonly person: Person }
  | { readonly kind: 'refused'; readonly reason: RefuseReason; readonly detail: string }
  | { readonly kind: 'unverifiable'; readonly fault: Unproven }

export interface ForgeJudge {
  readonly identity: ForgeIdentity
  readonly set: TrustSet
}

/** @param permissions read by id for this decision: removal and demotion count at once */
export function forgeApproverOf(
  account: Account | null,
  needed: 'admin' | 'write',
  permissions: ReadonlyMap<number, Learned<Permission>>,
  { identity, set }: ForgeJudge,
): ForgeApprover {
  if (account === null) return refused('approver_unnamed', 'the forge does not say who it was')
  const { id, login } = account
  const name = nameOf(account)
  if (account.kind === 'ghost') return refused('approver_is_ghost', `${name} is a deleted account`)
  if (account.kind === 'bot' || id < 1) return refused('approver_is_bot', `${name} is not a person`)
  if (id === identity.self.id) return refused('approver_is_dispatcher', `${name} is the account of the dispatcher`)
  const excluded = exclusionOf(account, needed, set)
  if (excluded !== null) return refused('approver_excluded', excluded)
  const permission = known(permissions.get(id), `the permission of ${name}`)
  if (!permission.ok) return { kind: 'unverifiable', fault: permission.fault }
  const { value } = permission
  if (!mayWrite(value) || (needed === 'admin' && value !== 'admin')) {
    return refused('approver_role', `${name} has the permission ${value}, needed is ${needed}`)
  }
  return { kind: 'allowed', person: { id, login, permission: value } }
}

export function mayWrite(permission: Permission): permission is 'admin' | 'write' {
  return permission === 'admin' || permission === 'write'
}

/** `alice (id 12)`, for people. */
export function nameOf({ login, id }: { readonly login: string; readonly id: number }): string {
  return `${login} (id ${id})`
}

function exclusionOf(account: Account, needed: 'admin' | 'write', { policy }: TrustSet): string | null {
  const named = (accounts: readonly { readonly id: number }[]) => accounts.some(({ id }) => id === account.id)
  if (named(policy.never)) return `${nameOf(account)} is listed under approval.never`
  const pinned = policy.high.admins
  if (needed === 'admin' && pinned !== null && !named(pinned))
    return `${nameOf(account)} is not among the pinned admins`
  return null
}

function refused(reason: RefuseReason, detail: string): ForgeApprover {
  return { kind: 'refused', reason, detail }
}
