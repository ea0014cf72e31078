/** What must hold within and between the keys of a variable. */
import type { Finding } from '../format/finding.js'
import type { Check } from '../format/format.js'
import { hasItems, stringAt, stringsIn, tablesIn } from '../format/raw.js'
import { repeated } from '../format/repeated.js'
import { LIMITS } from '../limits.js'
import { quoted } from '../text/printable.js'
import type { KeyPath, TomlTable } from '../toml/document.js'
import type { VariableRule } from './formula.js'
import { patternFault } from './pattern.js'
import { ruleInWords, satisfies } from './variable-rule.js'

const VARS: KeyPath = ['vars']

const eachVariable =
  (check: (root: TomlTable, path: KeyPath, variable: TomlTable) => readonly Finding[]): Check =>
  (root) =>
    tablesIn(root, VARS).flatMap(({ path, table }) => check(root, path, table))

const oneRule = eachVariable((root, path, variable) => {
  const repeats = repeated(stringsIn(root, [...path, 'one_of']), '`one_of`')
  if (!Object.hasOwn(variable, 'pattern') || !Object.hasOwn(variable, 'one_of')) return repeats
  const message = 'A variable has either `pattern` or `one_of`, not both. Remove one.'
  return [...repeats, { path: [...path, 'one_of'], code: 'bad_value', message }]
})

const patternsCompile = eachVariable((root, path) => {
  const source = patternAt(root, path)
  const fault = source === null ? null : patternFault(source)
  if (fault === null) return []
  return [{ path: [...path, 'pattern'], code: 'bad_value', message: `\`pattern\` ${fault}. Correct it.` }]
})

const defaultsSatisfy = eachVariable((root, path) => {
  const given = stringAt(root, [...path, 'default'])
  if (given === null) return []
  const broken = rulesAt(root, path).filter((rule) => !satisfies(given, rule))
  return broken.map((rule) => {
    const message = `\`default\` is ${quoted(given)}, but must ${ruleInWords(rule)}. Correct it.`
    return { path: [...path, 'default'], code: 'bad_value', message }
  })
})

const noRequiredDefault = eachVariable((_root, path, variable) => {
  if (variable['required'] !== true || !Object.hasOwn(variable, 'default')) return []
  const message = 'A variable with a `default` is never missing, so it cannot be `required`. Remove one of both.'
  return [{ path: [...path, 'required'], code: 'bad_value', message }]
})

/** Law 9: a free text beside a secret is a way to lead the secret elsewhere. */
const boundBesideSecrets: Check = (root) => {
  if (!hasItems(root, ['secrets'])) return []
  return tablesIn(root, VARS)
    .filter(({ table }) => !Object.hasOwn(table, 'pattern') && !Object.hasOwn(table, 'one_of'))
    .map(({ path }) => ({
      path,
      code: 'variable_unbound',
      message: `The formula takes secrets, so the variable \`${path.at(-1)}\` needs a \`pattern\` or \`one_of\`. Give it one.`,
    }))
}

/** Null also for a pattern that is not to be run. */
function patternAt(root: TomlTable, path: KeyPath): string | null {
  const source = stringAt(root, [...path, 'pattern'])
  return source !== null && source.length <= LIMITS.patternChars ? source : null
}

function rulesAt(root: TomlTable, path: KeyPath): readonly VariableRule[] {
  const source = patternAt(root, path)
  const values = stringsIn(root, [...path, 'one_of']).map(({ text }) => text)
  const pattern: readonly VariableRule[] =
    source !== null && patternFault(source) === null ? [{ kind: 'pattern', source }] : []
  return values.length === 0 ? pattern : [...pattern, { kind: 'one_of', values }]
}

export const VARIABLE_CHECKS: readonly Check[] = [
  oneRule,
  patternsCompile,
  defaultsSatisfy,
  noRequiredDefault,
  boundBesideSecrets,
]
