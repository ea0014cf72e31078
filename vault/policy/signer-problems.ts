import { possibleApprovers } from '../countersignature/approver.js'
import { type Finding, locateFindings } from '../format/finding.js'
import type { Problem } from '../problem.js'
import type { LocatedPolicy } from './parse.js'
import type { TrustSet } from './trust-set.js'

/** What does not fit between `[signers]` and allowed_signers, told by the lines of policy.toml. */
export function signerProblems({ policy, locate }: LocatedPolicy, set: TrustSet): readonly Problem[] {
  const withKey = new Set(set.signers.principalOf.values())
  const keyless = [...policy.signers.keys()]
    .filter((principal) => !withKey.has(principal))
    .map((principal): Finding => {
      const message = `\`signers.${principal}\` has no key in allowed_signers. Add the key, or remove the principal.`
      return { path: ['signers', principal], code: 'signer_without_key', message }
    })
  return locateFindings([...keyless, ...noAdmin(set), ...noForge(policy)], locate)
}

/** Without one, nobody could bring the next policy either (field failure 49). Asks as an approval is asked, so that both agree. */
function noAdmin(set: TrustSet): readonly Finding[] {
  if (possibleApprovers('admin', set).length > 0) return []
  const message =
    'Nobody could approve the high tier or repair this policy. Name an admin under [signers] who has a key in ' +
    'allowed_signers, is not under approval.never, and is among approval.high.admins where that is set.'
  return [{ path: ['signers'], code: 'no_admin', message }]
}

/** Opposition can be seen only in a forge: here a window would let everything through (field failure 46). */
function noForge({ medium }: LocatedPolicy['policy']): readonly Finding[] {
  if (medium.reviewWindowMs === null) return []
  const message =
    '`approval.medium.review_window` is not supported without a forge: medium waits for a review, however long. Remove it.'
  return [{ path: ['approval', 'medium', 'review_window'], code: 'not_supported', message }]
}
