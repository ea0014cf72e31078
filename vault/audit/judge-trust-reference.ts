/** Does an intent name the trust set that was in force at its claim (law 4)? Content and commit must both agree. */
import type { AuditedClaim } from './claim.js'
import { claimFinding } from './claim.js'
import type { AuditFinding } from './finding.js'

export function judgeTrustReference(claim: AuditedClaim): readonly AuditFinding[] {
  const { intent, trust } = claim
  const named = intent.trust_set
  const { commit, set } = trust.inForce
  const differences = [
    differs('root', named.root, trust.root),
    differs('commit', named.commit, commit),
    differs('policy_blob', named.policy_blob, set.ids.policy),
    differs('signers_blob', named.signers_blob, set.ids.signers),
    differs('formulas_tree', named.formulas_tree, set.ids.formulas),
  ].filter((difference) => difference !== null)
  if (differences.length === 0) return []
  return [claimFinding(claim, 'trust_set_mismatch', `not what was in force: ${differences.join('; ')}`)]
}

function differs(field: string, named: string | null, inForce: string | null): string | null {
  return named === inForce ? null : `${field} is ${short(named)}, in force was ${short(inForce)}`
}

function short(oid: string | null): string {
  return oid?.slice(0, 12) ?? 'none'
}
