/** Tier and why, for a formula or an action file. What cannot be read is high (law 2). */
import { basename } from 'node:path'
import { parseAction } from '../../vault/action/parse.js'
import { classify } from '../../vault/classify.js'
import { missingFormula } from '../../vault/formula/missing-formula.js'
import type { Rule } from '../../vault/rule.js'
import { didYouMean } from '../../vault/text/closest.js'
import type { Tier } from '../../vault/tier.js'
import { type FileProblem, unreadableProblem } from '../validate/judge-action-file.js'
import type { FileContent } from '../validate/ops-files.js'
import type { PolicySet } from './policy-set.js'

export interface Classification {
  readonly tier: Tier
  readonly rules: readonly Rule[]
  /** What is wrong with the action file. */
  readonly problems: readonly FileProblem[]
  /** That its formula is not in force, or is perhaps misspelt. */
  readonly notes: readonly string[]
}

export function classifyFormula(formula: string, policy: PolicySet): Classification {
  // Whoever pushed a branch has write permission on the server of a plain git repo.
  const { tier, rules } = classify({ formula, action: null, set: policy.set, requesterMayWrite: true })
  return { tier, rules, problems: [], notes: notesOf(formula, policy) }
}

export function classifyAction(path: string, content: FileContent, policy: PolicySet): Classification {
  const problem = unreadableProblem(content)
  if (problem !== null || content.kind !== 'bytes') return unknownMeansHigh(problem === null ? [] : [problem])
  const parsed = parseAction(content.bytes, basename(path, '.toml'))
  if (!parsed.ok) return unknownMeansHigh(parsed.problems)
  const { action } = parsed.value
  const { tier, rules } = classify({ formula: action.formula, action, set: policy.set, requesterMayWrite: true })
  return { tier, rules, problems: [], notes: notesOf(action.formula, policy) }
}

function unknownMeansHigh(problems: readonly FileProblem[]): Classification {
  const saw = `the action cannot be read: ${problems.length} problem${problems.length === 1 ? '' : 's'}`
  const rules: Rule[] = [{ rule: 'action_file', saw, gave: 'high: unknown means high' }]
  return { tier: 'high', rules, problems, notes: [] }
}

/** A policy alone may leave out a formula that is there: only what looks like a slip is worth a word. */
function notesOf(formula: string, { set, hasFormulas }: PolicySet): readonly string[] {
  const { tiers } = set.policy
  if (hasFormulas)
    return set.formulas.has(formula)
      ? []
      : [`${missingFormula(formula, set.formulas)} (formula_missing: a request for it is refused)`]
  const meant = tiers.has(formula) ? '' : didYouMean(formula, tiers.keys())
  return meant === '' ? [] : [`${formula} is not in [tiers]${meant}`]
}
