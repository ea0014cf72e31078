import { type Finding, locateFindings } from '../format/finding.js'
import type { Problem } from '../problem.js'
import { didYouMean } from '../text/closest.js'
import type { LocatedPolicy } from './parse.js'

/**
 * Where `[tiers]` and the formulas have drifted apart. Only `validate` tells of it: at run time the policy is enough,
 * because a formula without a tier is high. `formulas`: the names of all formula files, broken ones too.
 */
export function tierProblems({ policy, locate }: LocatedPolicy, formulas: ReadonlySet<string>): readonly Problem[] {
  const stray = [...policy.tiers.keys()]
    .filter((name) => !formulas.has(name))
    .map((name): Finding => {
      const message = `\`tiers.${name}\` names a formula that does not exist${didYouMean(name, formulas) || '.'} Remove the line, or add formulas/${name}.toml.`
      return { path: ['tiers', name], code: 'tier_without_formula', message }
    })
  const untiered = [...formulas]
    .filter((name) => !policy.tiers.has(name))
    .map((name): Finding => {
      const message = `The formula ${name} has no line under [tiers], so it is high. Give it a tier, also if that is high.`
      return { path: ['tiers', name], code: 'formula_without_tier', message }
    })
  return locateFindings([...stray, ...untiered], locate)
}
