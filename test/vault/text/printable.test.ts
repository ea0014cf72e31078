import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { printable, quoted, someOf } from '../../../vault/text/printable.js'

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

it.each([
  ['\u001b[31m', '\\u{1b}[31m'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['\u202egnp.exe', '\\u{202e}gnp.exe'],
  ['a\u200bb', 'a\\u{200b}b'],
  ['\u009b31m', '\\u{9b}31m'],
  ['\u{e0041}', '\\u{e0041}'],
  ['a\u{e0121}b', 'a\\u{e0121}b'],
  ['\u3164\u2800', '\\u{3164}\\u{2800}'],
  ['❤\ufe0f', '❤\ufe0f'],
  ['é 漢 🙂', 'é 漢 🙂'],
])('%j is shown as %s', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

it('quotes cannot be broken out of', () => {
  expect(quoted('a" b \\')).toBe('"a\\" b \\\\"')
})

it('long text is cut with a mark, never within a character', () => {
  expect(quoted('abcdef', 3)).toBe('"abc…" (6 characters)')
  expect(quoted('ab🙂def', 3)).toBe('"ab…" (7 characters)')
})

it('long lists are counted', () => {
  expect(someOf(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
})

property.prop([fc.string({ unit: 'binary' })])('nothing unprintable is left of any text', (text) => {
  expect(printable(text)).not.toMatch(UNSAFE)
  expect(quoted(text)).not.toMatch(UNSAFE)
})
