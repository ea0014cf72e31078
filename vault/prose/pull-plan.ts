/** What a request would run, for people in a forge: formula, steps, secrets, limits, variables, and why. */
import { effectiveTimeoutMinutes, effectiveVariables } from '../action/check.js'
import type { Asked } from '../verdict/verdict.js'
import { code, codeBlock, codeList } from './markdown.js'

export type Told = Pick<Asked, 'action' | 'formula'>

export function renderPullPlan({ action, formula }: Told): string[] {
  const steps = action.dryRun ? formula.steps.filter((step) => step.dryRun) : formula.steps
  const onFailure = action.dryRun ? [] : formula.onFailure
  const variables = [...effectiveVariables(action, formula)]
  const list = (names: readonly string[]) => names.map((name) => code(name)).join(', ')
  return [
    '#### What will run',
    '',
    `Formula ${code(formula.name)}, version ${formula.version}${action.dryRun ? ' (a dry run: only steps marked for it, no secrets)' : ''}`,
    '',
    ...(steps.length === 0 ? ['No step is marked for a dry run: only this plan is recorded.'] : []),
    ...steps.map(({ title, kind }, index) => `${index + 1}. ${code(title)}${kind === 'prompt' ? ' (agent)' : ''}`),
    '',
    ...codeList([
      ...(onFailure.length === 0 ? [] : [`If a step fails: ${list(onFailure.map(({ title }) => title))}`]),
      `Secrets: ${action.secrets.length === 0 ? 'none' : list(action.secrets)}`,
      ...(action.tools.length === 0 ? [] : [`Tools: ${list(action.tools)}`]),
      ...(action.model === null ? [] : [`Model: ${code(action.model)}`]),
      `Time limit: ${effectiveTimeoutMinutes(action, formula)} minutes`,
    ]),
    '',
    variables.length === 0 ? 'Variables: none' : 'Variables:',
    '',
    ...codeList(variables.map(([name, value]) => `${code(name)}: ${code(value)}`)),
  ]
}

export function renderPullContext({ action }: Pick<Told, 'action'>): string[] {
  return [
    '#### Why, in the words of the requester',
    '',
    ...codeBlock(action.context, { lines: 40, from: 'start' }),
    ...(action.purpose === null
      ? []
      : ['', 'What it is good for:', '', ...codeBlock(action.purpose, { lines: 20, from: 'start' })]),
  ]
}
