/** What will run, for the one who approves: formula, steps, variables, secrets, limits. */
import { effectiveTimeoutMinutes, effectiveVariables } from '../action/check.js'
import type { Asked } from '../verdict/verdict.js'
import { plain, quoted } from './plain.js'

export function renderRequestPlan(asked: Asked): string[] {
  const { action, formula } = asked
  const steps = action.dryRun ? formula.steps.filter((step) => step.dryRun) : formula.steps
  const variables = [...effectiveVariables(action, formula)].map(
    ([name, value]) => `  ${name} = ${plain(JSON.stringify(value))}`,
  )
  return [
    `What will run: formula ${formula.name}, version ${formula.version}${action.dryRun ? ' (dry run: only steps marked for it, no secrets)' : ''}`,
    ...quoted(formula.description, 4),
    ...(steps.length === 0 ? ['  (no step is marked for a dry run: only this plan is recorded)'] : []),
    ...steps.map((step, index) => `  ${index + 1}. ${plain(step.title)}${step.kind === 'prompt' ? ' (agent)' : ''}`),
    ...(formula.onFailure.length > 0 && !action.dryRun
      ? [`  if a step fails: ${formula.onFailure.map((step) => plain(step.title)).join('; ')}`]
      : []),
    `Secrets: ${action.secrets.length === 0 ? 'none' : action.secrets.join(', ')}`,
    ...(action.tools.length > 0 ? [`Tools: ${action.tools.map((tool) => plain(tool)).join(', ')}`] : []),
    ...(action.model === null ? [] : [`Model: ${plain(action.model)}`]),
    `Time limit: ${effectiveTimeoutMinutes(action, formula)} minutes`,
    ...(action.expiresAtMs === null ? [] : [`Expires: ${new Date(action.expiresAtMs).toISOString()}`]),
    // Last: they can be long, and a comment is cut at its end.
    variables.length === 0 ? 'Variables: none' : 'Variables:',
    ...variables,
  ]
}
