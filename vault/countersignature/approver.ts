/** Whose key signed, and whether that person may be a second key. Roles are read from the set in force now: removal is revocation. */
import type { SignatureFact } from '../git-facts.js'
import type { TrustSet } from '../policy/trust-set.js'
import type { RefuseReason } from '../reasons.js'
import { type Role, roleSuffices } from '../role.js'

export type Approver =
  | { readonly kind: 'allowed'; readonly principal: string; readonly key: string; readonly role: 'admin' | 'write' }
  | { readonly kind: 'refused'; readonly reason: RefuseReason; readonly detail: string }

export function approverOf(signature: SignatureFact, needed: 'admin' | 'write', set: TrustSet): Approver {
  if (signature.kind === 'unsigned') return refused('merge_unsigned', 'it carries no signature')
  if (signature.kind === 'invalid') return refused('signature_invalid', signature.why)
  const key = signature.fingerprint
  const principal = set.signers.principalOf.get(key)
  const role = principal === undefined ? undefined : set.policy.signers.get(principal)
  if (principal === undefined || role === undefined) return refused('approver_unknown', `signed by ${key}`)
  if (role === 'request' || !roleSuffices(role, needed)) {
    return refused('approver_role', `${principal} has the role ${role}, needed is ${needed}`)
  }
  const excluded = exclusionOf(principal, needed, set)
  return excluded === null ? { kind: 'allowed', principal, key, role } : refused('approver_excluded', excluded)
}

/** Those who could be the second key of a tier, for people to ask: principals with the role, less the excluded. */
export function possibleApprovers(needed: 'admin' | 'write', set: TrustSet): readonly string[] {
  const withKey = new Set(set.signers.principalOf.values())
  return [...set.policy.signers]
    .filter(
      ([principal, role]) =>
        may(role, needed) && withKey.has(principal) && exclusionOf(principal, needed, set) === null,
    )
    .map(([principal]) => principal)
    .sort()
}

function may(role: Role, needed: 'admin' | 'write'): boolean {
  return role !== 'request' && roleSuffices(role, needed)
}

function exclusionOf(principal: string, needed: 'admin' | 'write', set: TrustSet): string | null {
  const named = (accounts: readonly { readonly login: string }[]) =>
    accounts.some((account) => account.login === principal)
  if (named(set.policy.never)) return `${principal} is listed under approval.never`
  const pinned = set.policy.high.admins
  if (needed === 'admin' && pinned !== null && !named(pinned)) return `${principal} is not among the pinned admins`
  return null
}

/** The least role (in a forge: permission) of a tier's second key. */
export function neededRole(tier: 'medium' | 'high', set: TrustSet): 'admin' | 'write' {
  return tier === 'high' ? set.policy.high.mergedBy : set.policy.medium.reviewedBy
}

function refused(reason: RefuseReason, detail: string): Approver {
  return { kind: 'refused', reason, detail }
}
