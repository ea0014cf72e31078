/** The starter formulas as their files are: read by nothing but a TOML parser. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'

export const FORMULAS = join(import.meta.dirname, '../../formulas')
export const POLICY = join(import.meta.dirname, '../../policy.toml')

interface VariableTable {
  readonly description: string
  readonly required?: boolean
  readonly default?: string
  readonly pattern?: string
  readonly one_of?: readonly string[]
}

export interface StepTable {
  readonly id: string
  readonly title: string
  readonly needs?: readonly string[]
  readonly run?: string
  readonly description?: string
  readonly dry_run?: boolean
}

export interface FormulaTable {
  readonly name: string
  readonly description: string
  readonly version: number
  readonly timeout_minutes: number
  readonly idempotent: boolean
  readonly secrets: readonly string[]
  readonly mounts?: readonly string[]
  readonly tools?: readonly string[]
  readonly models?: readonly string[]
  readonly network?: boolean
  readonly vars?: Readonly<Record<string, VariableTable>>
  readonly steps: readonly StepTable[]
  readonly on_failure?: readonly StepTable[]
}

export const formulaNames = readdirSync(FORMULAS)
  .filter((file) => file.endsWith('.toml'))
  .map((file) => file.slice(0, -'.toml'.length))

export function readFormula(name: string): FormulaTable {
  return parse(readFileSync(join(FORMULAS, `${name}.toml`), 'utf8')) as unknown as FormulaTable
}

/** Has it a step for an agent? */
export function isAgentFormula(formula: FormulaTable): boolean {
  return formula.steps.some((step) => step.description !== undefined)
}

/** Names of the variables whose values the formula does not allow, of required ones that are missing, and of unknown ones. */
export function refusedVariables(formula: FormulaTable, values: Readonly<Record<string, string>>): readonly string[] {
  const declared = formula.vars ?? {}
  const unknown = Object.keys(values).filter((name) => declared[name] === undefined)
  const wrong = Object.entries(declared)
    .filter(([name, rule]) => !allows(rule, values[name] ?? rule.default))
    .map(([name]) => name)
  return [...unknown, ...wrong]
}

function allows(rule: VariableTable, value: string | undefined): boolean {
  if (value === undefined) return rule.required !== true
  if (rule.one_of !== undefined) return rule.one_of.includes(value)
  return rule.pattern === undefined || new RegExp(`^(?:${rule.pattern})$`, 'u').test(value)
}
