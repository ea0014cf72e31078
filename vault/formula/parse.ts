import { sha256Hex } from '../digest.js'
import { checkDocument } from '../format/check-document.js'
import type { Check, Format } from '../format/format.js'
import { hasItems, stringAt } from '../format/raw.js'
import { noRepeats } from '../format/repeated.js'
import { LIMITS } from '../limits.js'
import type { Parsed } from '../problem.js'
import { quoted } from '../text/printable.js'
import { parseTomlFile } from '../toml/parse.js'
import type { Formula, Step, Variable, VariableRule } from './formula.js'
import { type FormulaFile, formulaSchema, type StepEntry, type VariableEntry } from './schema.js'
import { parseScriptFormula } from './script-formula.js'
import { STEP_CHECKS } from './step-checks.js'
import { VARIABLE_CHECKS } from './variable-checks.js'

/** `path`: `formulas/<name>.toml`, or `formulas/<name>.sh` for a formula that is one script. */
export function parseFormula(path: string, bytes: Uint8Array): Parsed<Formula> {
  if (path.endsWith('.sh')) return parseScriptFormula(path, bytes)
  const document = parseTomlFile(bytes, LIMITS.trustFileBytes)
  if (!document.ok) return document
  const file = checkDocument(document.value, formatOf(path))
  return file.ok ? { ok: true, value: formulaOf(file.value, path, bytes) } : file
}

const nameIsStem =
  (path: string): Check =>
  (root) => {
    const name = stringAt(root, ['name'])
    const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.toml$/, '')
    if (name === null || name === stem) return []
    const message = `\`name\` is ${quoted(name)}, but the file is ${quoted(path)}. Make them equal.`
    return [{ path: ['name'], code: 'bad_value', message }]
  }

const noMounts: Check = (root) =>
  hasItems(root, ['mounts'])
    ? [{ path: ['mounts'], code: 'not_supported', message: '`mounts` is not supported by this version. Remove it.' }]
    : []

const networkStays: Check = (root) => {
  if (root['network'] !== false) return []
  const message =
    "`network = false` is not supported: this version's runner cannot cut a run off the network. Remove it."
  return [{ path: ['network'], code: 'not_supported', message }]
}

const LISTS: readonly Check[] = ['secrets', 'mounts', 'tools', 'models'].map((key) => noRepeats([key]))

const formatOf = (path: string): Format<FormulaFile> => ({
  name: 'a formula',
  schema: formulaSchema,
  refusedKeys: new Map(),
  checks: [nameIsStem(path), noMounts, networkStays, ...LISTS, ...STEP_CHECKS, ...VARIABLE_CHECKS],
})

function formulaOf(file: FormulaFile, path: string, bytes: Uint8Array): Formula {
  return {
    name: file.name,
    description: file.description ?? '',
    version: file.version ?? 1,
    variables: new Map(Object.entries(file.vars ?? {}).map(([name, entry]) => [name, variableOf(name, entry)])),
    steps: file.steps.map(stepOf),
    onFailure: (file.on_failure ?? []).map(stepOf),
    timeoutMinutes: file.timeout_minutes ?? LIMITS.defaultTimeoutMinutes,
    idempotent: file.idempotent ?? false,
    secrets: file.secrets ?? [],
    mounts: file.mounts ?? [],
    tools: file.tools ?? [],
    models: file.models ?? [],
    path,
    digest: sha256Hex(bytes),
  }
}

function variableOf(name: string, entry: VariableEntry): Variable {
  const { description = '', required = false } = entry
  return { name, description, required, default: entry.default ?? null, rule: ruleOf(entry) }
}

function ruleOf({ pattern, one_of }: VariableEntry): VariableRule {
  if (pattern !== undefined) return { kind: 'pattern', source: pattern }
  return one_of === undefined ? { kind: 'any' } : { kind: 'one_of', values: one_of }
}

function stepOf(entry: StepEntry): Step {
  const { id, title = id, needs = [], run, description = '', dry_run: dryRun = false } = entry
  return { id, title, kind: run === undefined ? 'prompt' : 'run', text: run ?? description, needs, dryRun }
}
