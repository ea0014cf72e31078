/** Law 6: who asks. In plain git that is every principal whose key signed a commit of the request. */
import type { TrustSet } from '../policy/trust-set.js'
import type { RequestCommit } from './fact.js'

export type Requesters =
  | { readonly kind: 'known'; readonly principals: readonly string[] }
  | { readonly kind: 'unknown'; readonly detail: string }

/** Unknown unless every commit (but exact merges of main) is signed by a principal, and there is at least one. */
export function requestersOf(commits: readonly RequestCommit[], set: TrustSet): Requesters {
  const principals = new Set<string>()
  for (const commit of commits) {
    if (commit.exactMainMerge) continue
    const who = principalOf(commit, set)
    if (who.kind === 'unknown') return who
    principals.add(who.principal)
  }
  // No commit of its own: nobody requested it, so nobody could be told apart from the approver (field failure 32).
  if (principals.size === 0) return { kind: 'unknown', detail: 'the request has no commit of its own' }
  return { kind: 'known', principals: [...principals].sort() }
}

/** For the low tier, which asks for no signature: the principals that are known, and nobody else. */
export function knownRequesters(commits: readonly RequestCommit[], set: TrustSet): readonly string[] {
  const known = commits.flatMap((commit) => {
    const who = commit.exactMainMerge ? null : principalOf(commit, set)
    return who?.kind === 'known' ? [who.principal] : []
  })
  return [...new Set(known)].sort()
}

type Principal =
  | { readonly kind: 'known'; readonly principal: string }
  | { readonly kind: 'unknown'; readonly detail: string }

/** A principal counts only with a role: a key in allowed_signers that `[signers]` does not name may do nothing. */
function principalOf(commit: RequestCommit, set: TrustSet): Principal {
  const short = commit.oid.slice(0, 12)
  const signature = commit.signature
  if (signature === null || signature.kind === 'unsigned')
    return { kind: 'unknown', detail: `commit ${short} is not signed` }
  if (signature.kind === 'invalid')
    return { kind: 'unknown', detail: `the signature of commit ${short} does not hold: ${signature.why}` }
  const principal = set.signers.principalOf.get(signature.fingerprint)
  if (principal === undefined || !set.policy.signers.has(principal)) {
    return {
      kind: 'unknown',
      detail: `commit ${short} is signed by ${signature.fingerprint}, which is no principal's key`,
    }
  }
  return { kind: 'known', principal }
}
