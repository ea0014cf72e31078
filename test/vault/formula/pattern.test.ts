import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { patternFault } from '../../../vault/formula/pattern.js'
import { satisfies } from '../../../vault/formula/variable-rule.js'

describe('a pattern that would run for ever is refused', () => {
  it.each([
    '(a+)+',
    '([a-z]+)*',
    '(?:\\w*,?)*',
    '(a|b+)+',
    '(?:a+|b)*',
    '((a+)?)+',
    '(x(a*)*)',
    '(?<n>a+)+',
    '(a{1,20}){1,20}',
    '(?:(?:a+))*',
    '(?:\\p{L}+)+',
    '(?:[^\\]]+)+',
    '(?=(a+)+)b',
    '(?:^a+$)+',
  ])('%s', (source) => {
    expect(patternFault(source)).toContain('repeats a group')
  })
})

describe('a pattern that is well is taken', () => {
  it.each([
    'v\\d+\\.\\d+\\.\\d+',
    '[a-z0-9]+(?:-[a-z0-9]+)*',
    '(?:[a-z0-9]{1,63}\\.)+[a-z]{2,}',
    '(?:[^/]+/)*[^/]+',
    'https://[^\\s]+',
    '(?:\\d{4})*',
    '(?:[0-9a-f]{16})+',
    '\\p{L}+(?: \\p{L}+)*',
    '[(a+)+]',
    '\\(a+\\)+',
    '(?:a+b|c)*',
    '(?=a+)b',
    '[\\s\\S]{0,4000}',
    'a|b|',
    '',
  ])('%s', (source) => {
    expect(patternFault(source)).toBeNull()
  })
})

describe('a pattern that does not compile is refused', () => {
  it.each(['(', 'a)|(b', '[', '\\-', '(?<n>a)(?<n>b)', 'a{2,1}', '\\u{110000}', '*'])('%s', (source) => {
    expect(patternFault(source)).toContain('is not a regular expression')
  })
})

describe('whatever stands in a pattern', () => {
  const part = fc.constantFrom(
    'a',
    '.',
    '\\d',
    '[a-c]',
    '(',
    '(?:',
    '(?=',
    '(?<x>',
    ')',
    '|',
    '*',
    '+',
    '?',
    '{2,}',
    '{3}',
    '^',
    '$',
    '\\',
    ']',
  )
  const pattern = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))

  property.prop([pattern], { numRuns: 3000 })('reading it ends without throwing', (source) => {
    expect(['string', 'object']).toContain(typeof patternFault(source))
  })

  property.prop([pattern, fc.string({ unit: fc.constantFrom('a', 'b', '1', '\n'), maxLength: 6 })], { numRuns: 3000 })(
    'it matches the whole value or not at all',
    (source, value) => {
      if (patternFault(source) !== null) return
      // By another way than anchors: the first match from the start, forced to the end by a lookahead for nothing.
      const whole = new RegExp(`(?<![^])(?:${source})(?![^])`, 'u')
      expect(satisfies(value, { kind: 'pattern', source })).toBe(whole.test(value))
    },
  )
})
