/** Does an intent say of its action what the action and the formula in force give? */
import { checkAction, effectiveTimeoutMinutes } from '../action/check.js'
import type { LocatedAction } from '../action/parse.js'
import type { Formula } from '../formula/formula.js'
import { quoted } from '../text/printable.js'
import type { AuditedClaim } from './claim.js'
import { claimFinding } from './claim.js'
import type { AuditFinding } from './finding.js'

export function judgeFormula(claim: AuditedClaim, located: LocatedAction): readonly AuditFinding[] {
  const { intent, trust } = claim
  const { action } = located
  const formula = trust.inForce.set.formulas.get(action.formula)
  if (formula === undefined) {
    const message = `the action asks for ${quoted(action.formula)}; no such formula was in force`
    return [claimFinding(claim, 'action_mismatch', message)]
  }
  const { formula: path, formula_sha256: digest } = intent.trust_set
  const other = path === formula.path && digest === formula.digest ? [] : [`it names another text of ${formula.path}`]
  return [
    ...other.map((message) => claimFinding(claim, 'trust_set_mismatch', message)),
    ...faults(claim, located, formula).map((message) => claimFinding(claim, 'action_mismatch', message)),
  ]
}

function faults({ intent }: AuditedClaim, located: LocatedAction, formula: Formula): readonly string[] {
  const { action } = located
  const minutes = effectiveTimeoutMinutes(action, formula)
  const [problem] = checkAction(located, formula)
  const claims: readonly (readonly [holds: boolean, fault: string])[] = [
    [
      intent.formula === action.formula,
      `it says formula ${quoted(intent.formula)}, the action ${quoted(action.formula)}`,
    ],
    [intent.dry_run === action.dryRun, `it says dry_run = ${intent.dry_run}, the action ${action.dryRun}`],
    [
      intent.timeout_minutes === minutes,
      `it says ${intent.timeout_minutes} minutes; action and formula give ${minutes}`,
    ],
    [
      action.expiresAtMs === null || Date.parse(intent.claimed_at) < action.expiresAtMs,
      `it was claimed at ${intent.claimed_at}, after the action had expired`,
    ],
    [problem === undefined, `the formula in force does not allow the action: ${problem?.message ?? ''}`],
  ]
  return claims.flatMap(([holds, fault]) => (holds ? [] : [fault]))
}
