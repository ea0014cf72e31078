import type * as z from 'zod'
import { LIMITS } from '../limits.js'
import type { ProblemCode } from '../reasons.js'
import { didYouMean } from '../text/closest.js'
import { quoted, someOf } from '../text/printable.js'
import type { KeyPath, TomlTable } from '../toml/document.js'
import { describeValue } from './describe-value.js'
import { expectation } from './expectation.js'
import type { Finding } from './finding.js'
import type { Format } from './format.js'
import { showPath, valueAt } from './key-path.js'
import { knownKeys } from './known-keys.js'

type Issue = z.core.$ZodIssue

/** A zod issue, in words and codes of ours. */
export function findingsOf(issue: Issue, value: TomlTable, format: Format<unknown>): readonly Finding[] {
  const path = keyPathOf(issue.path)
  if (issue.code === 'unrecognized_keys') {
    // Who writes that many unknown keys does not ask what they meant; guessing for each would cost time.
    const known = issue.keys.length > LIMITS.problems ? [] : knownKeys(format.schema, path)
    return issue.keys.map((key) => unknownKey([...path, key], known, format))
  }
  if (issue.code === 'invalid_key') return [invalidName(path, issue)]
  const found = valueAt(value, path)
  const key = `\`${showPath(path)}\``
  if (found === undefined) {
    return [{ path, code: 'missing_key', message: `${key} is missing. Add it: it must be ${expectation(issue)}.` }]
  }
  const message = `${key} must be ${expectation(issue)}; it is ${describeValue(found)}. Correct it.`
  return [{ path, code: codeOf(issue, found), message }]
}

// Symbols have no place in a TOML path; zod's type allows them.
const keyPathOf = (path: readonly PropertyKey[]): KeyPath =>
  path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment))

function codeOf(issue: Issue, found: unknown): ProblemCode {
  return isWrongType(issue, found) ? 'wrong_type' : 'bad_value'
}

function isWrongType(issue: Issue, found: unknown): boolean {
  // An integer beyond what a number holds is of the right type.
  if (issue.code === 'invalid_type') return typeof found !== 'bigint' || !['number', 'int'].includes(issue.expected)
  if (issue.code === 'invalid_value') return !issue.values.some((value) => typeof value === typeof found)
  return issue.code === 'custom' && issue.params?.['code'] === 'wrong_type'
}

function unknownKey(path: KeyPath, known: readonly string[], format: Format<unknown>): Finding {
  const refused = format.refusedKeys.get(path.join('.'))
  if (refused !== undefined) return { path, code: refused.code, message: `\`${showPath(path)}\` ${refused.words}` }
  const where = path.length === 1 ? format.name : `\`${showPath(path.slice(0, -1))}\``
  const remedy = keyRemedy(`${path.at(-1)}`, known)
  return { path, code: 'unknown_key', message: `\`${showPath(path)}\` is not a key of ${where}${remedy}` }
}

function keyRemedy(key: string, known: readonly string[]): string {
  const meant = didYouMean(key, known)
  if (meant !== '') return `${meant} Correct or remove it.`
  return known.length === 0 ? '. Remove it.' : `. Remove it; known keys are ${someOf(known)}.`
}

function invalidName(path: KeyPath, issue: z.core.$ZodIssueInvalidKey): Finding {
  const [first] = issue.issues
  const words = first === undefined ? 'another name' : expectation(first)
  const table = showPath(path.slice(0, -1))
  const message = `The name ${quoted(`${path.at(-1)}`)} under \`${table}\` must be ${words}. Correct it.`
  return { path, code: 'bad_value', message }
}
