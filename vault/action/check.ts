/** Does a formula allow what an action asks for? Law 9: the formula's lists are the most that an action may ask for. */
import { type Finding, locateFindings } from '../format/finding.js'
import type { Formula, Variable } from '../formula/formula.js'
import { ruleInWords, satisfies } from '../formula/variable-rule.js'
import type { Problem } from '../problem.js'
import type { ProblemCode } from '../reasons.js'
import { didYouMean } from '../text/closest.js'
import { quoted, someOf } from '../text/printable.js'
import type { Action } from './action.js'
import { effectiveVariables } from './effective.js'
import type { LocatedAction } from './parse.js'

export { effectiveTimeoutMinutes, effectiveVariables } from './effective.js'

export function checkAction({ action, locate }: LocatedAction, formula: Formula): readonly Problem[] {
  const findings = [
    ...undeclaredVariables(action, formula),
    ...missingVariables(action, formula),
    ...rejectedVariables(action, formula),
    ...beyond('secrets', 'secret_not_allowed', action.secrets, formula.secrets, formula),
    ...beyond('mounts', 'mount_not_allowed', action.mounts, formula.mounts, formula),
    ...beyond('tools', 'tool_not_allowed', action.tools, formula.tools, formula),
    ...beyondModel(action, formula),
  ]
  return findings.length === 0 ? [] : locateFindings(findings, locate)
}

function undeclaredVariables(action: Action, formula: Formula): readonly Finding[] {
  const declared = [...formula.variables.keys()]
  const known = declared.length === 0 ? 'it has none' : `it has ${someOf(declared)}`
  return [...action.vars.keys()]
    .filter((name) => !formula.variables.has(name))
    .map((name) => ({
      path: ['vars', name],
      code: 'variable_undeclared',
      message: `The formula ${formula.name} has no variable \`${name}\`${didYouMean(name, declared) || '.'} Remove or correct it; ${known}.`,
    }))
}

function missingVariables(action: Action, formula: Formula): readonly Finding[] {
  const values = effectiveVariables(action, formula)
  return [...formula.variables.values()]
    .filter(({ name, required }) => required && !values.has(name))
    .map((variable) => ({
      path: ['vars', variable.name],
      code: 'variable_missing',
      message: `The formula ${formula.name} needs the variable \`${variable.name}\`: ${meaningOf(variable)}. Add it under [vars], or ask with --var ${variable.name}=….`,
    }))
}

/** Some two lines of a terminal. */
const DESCRIPTION_CHARS = 200

/** Patterns are for machines: a page of them says less than the line that the formula's author wrote for people. */
function meaningOf({ description, rule }: Variable): string {
  const [line = ''] = description.trim().split('\n')
  return line === '' ? `it must ${ruleInWords(rule)}` : quoted(line, DESCRIPTION_CHARS)
}

function rejectedVariables(action: Action, formula: Formula): readonly Finding[] {
  return [...effectiveVariables(action, formula)].flatMap(([name, value]) => {
    const rule = formula.variables.get(name)?.rule
    if (rule === undefined || satisfies(value, rule)) return []
    const message = `The variable \`${name}\` is ${quoted(value)}, but must ${ruleInWords(rule)}. Correct it.`
    return [{ path: ['vars', name], code: 'variable_rejected' as const, message }]
  })
}

function beyond(
  key: 'secrets' | 'mounts' | 'tools',
  code: ProblemCode,
  asked: readonly string[],
  allowed: readonly string[],
  formula: Formula,
): readonly Finding[] {
  return asked.flatMap((name, index) =>
    allowed.includes(name)
      ? []
      : [{ path: [key, index], code, message: notAllowed(name, `\`${key}\``, allowed, formula) }],
  )
}

function beyondModel({ model }: Action, formula: Formula): readonly Finding[] {
  if (model === null || formula.models.includes(model)) return []
  const message = notAllowed(model, '`models`', formula.models, formula)
  return [{ path: ['model'], code: 'model_not_allowed', message }]
}

function notAllowed(name: string, list: string, allowed: readonly string[], formula: Formula): string {
  const most = allowed.length === 0 ? 'allows none' : `allows ${someOf(allowed)}`
  return `The formula ${formula.name} does not allow ${quoted(name)}: its ${list} ${most}. Remove it, or have an admin allow it.`
}
