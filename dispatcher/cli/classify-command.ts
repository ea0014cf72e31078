/** `countersign classify <action file or formula>`: tier and why. */
import { basename } from 'node:path'
import { FORMULA_NAME } from '../../vault/names.js'
import { plain } from '../../vault/prose/plain.js'
import { problemLine } from '../../vault/prose/problem-line.js'
import type { Adapters } from '../adapters.js'
import { type Classification, classifyAction, classifyFormula } from '../classify/classify-subject.js'
import { type PolicyOptions, type PolicySet, policySet } from '../classify/policy-set.js'
import { fileKind } from '../validate/file-kind.js'
import { readLooseAction } from '../validate/read-folder.js'
import { EXIT, type ExitCode, type Terminal, usageError } from './terminal.js'

export interface ClassifyOptions extends PolicyOptions {
  readonly json?: boolean | undefined
}

/**
 * @param subject the path of an action (it has a `/` or ends in `.toml`), of a formula, or a formula's name.
 * An action with errors is high, and exits 1.
 */
export async function classifyCommand(
  subject: string,
  options: ClassifyOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  const classification = await classified(subject, await policySet(options, adapters))
  for (const problem of classification.problems) terminal.err(problemLine(subject, problem))
  const { tier, rules, notes } = classification
  for (const note of notes) terminal.err(`note: ${plain(note)}`)
  if (options.json === true) terminal.out(JSON.stringify({ tier, rules }))
  else
    for (const line of [tier, ...rules.map(({ rule, saw, gave }) => `  ${rule}: ${plain(saw)} -> ${plain(gave)}`)])
      terminal.out(line)
  return classification.problems.length === 0 ? EXIT.done : EXIT.refused
}

async function classified(subject: string, policy: PolicySet): Promise<Classification> {
  if (fileKind(subject) === 'formula')
    return classifyFormula(formulaName(basename(subject).replace(/\.(?:toml|sh)$/, '')), policy)
  if (!subject.includes('/') && !subject.endsWith('.toml')) return classifyFormula(formulaName(subject), policy)
  const content = await readLooseAction(subject)
  if (content === null) throw usageError(`there is no action file ${subject}`)
  return classifyAction(subject, content, policy)
}

function formulaName(name: string): string {
  if (FORMULA_NAME.pattern.test(name)) return name
  throw usageError(`${JSON.stringify(name)} must be ${FORMULA_NAME.words}, or the path of an action file`)
}
