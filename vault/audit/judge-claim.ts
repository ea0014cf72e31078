/** Judges a fired action once more, by the trust set that was in force at its claim and by nothing that the record says of itself. */
import type { LocatedAction } from '../action/parse.js'
import { parseAction } from '../action/parse.js'
import { classify } from '../classify.js'
import type { AuditedClaim } from './claim.js'
import { claimFinding } from './claim.js'
import type { AuditFinding } from './finding.js'
import { judgeFormula } from './judge-formula.js'
import { judgeSecondKey } from './judge-second-key.js'
import { judgeTrustReference } from './judge-trust-reference.js'

export function judgeClaim(claim: AuditedClaim): readonly AuditFinding[] {
  const findings = [...judgeTrustReference(claim), ...judgeSwitches(claim)]
  const parsed = parseAction(claim.action, claim.place.id)
  if (parsed.ok) return [...findings, ...judgeAction(claim, parsed.value)]
  const [first] = parsed.problems
  const why = first === undefined ? '' : `: line ${first.line}, ${first.message}`
  return [...findings, claimFinding(claim, 'action_mismatch', `action.toml is not a valid action${why}`)]
}

/** What stops every claim, whatever was approved. */
function judgeSwitches(claim: AuditedClaim): readonly AuditFinding[] {
  const { broken, inForce } = claim.trust
  if (broken !== null) {
    const message = `commit ${broken.commit.slice(0, 12)} had brought a trust set that cannot be used: nothing may fire`
    return [claimFinding(claim, 'claimed_while_stopped', message)]
  }
  if (inForce.set.policy.writeEnabled) return []
  return [claimFinding(claim, 'claimed_while_stopped', 'the policy in force said [write] enabled = false')]
}

function judgeAction(claim: AuditedClaim, located: LocatedAction): readonly AuditFinding[] {
  const { intent, trust } = claim
  const { action } = located
  // In plain git whoever pushed a branch may write, as when it was first judged. In a forge it was high also if the forge
  // said that they may not, which no clone shows: higher than the policy asks is never too low.
  const least = classify({ formula: action.formula, action, set: trust.inForce.set, requesterMayWrite: true }).tier
  const tier = trust.adminsFrom === 'forge' && intent.tier === 'high' ? 'high' : least
  const tierFault =
    tier === intent.tier
      ? []
      : [claimFinding(claim, 'tier_mismatch', `the record says ${intent.tier}; the policy in force gives ${tier}`)]
  return [...tierFault, ...judgeFormula(claim, located), ...judgeSecondKey(claim, tier)]
}
