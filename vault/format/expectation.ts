import type * as z from 'zod'

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a table',
  record: 'a table',
}

/** What zod says by itself speaks to programmers; words that a schema brought along do not begin so. */
const BY_ZOD = /^(?:Invalid|Too (?:big|small)|Unrecognized)/

/** What a schema asks for, as completion of "must be …". */
export function expectation(issue: z.core.$ZodIssue): string {
  if (!BY_ZOD.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'too_small':
      return issue.minimum === 1 && unitOf(issue.origin) !== ''
        ? 'not empty'
        : `at least ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin)}`
    case 'invalid_format':
      return issue.pattern === undefined ? `a ${issue.format}` : `a string that matches ${issue.pattern}`
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return 'another value'
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long'
  return origin === 'array' ? ' items long' : ''
}
