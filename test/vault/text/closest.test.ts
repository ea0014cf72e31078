import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { closest } from '../../../vault/text/closest.js'

const KNOWN = ['id', 'formula', 'context', 'timeout_minutes', 'dry_run', 'vars']

it.each([
  ['contxt', 'context'],
  ['fromula', 'formula'],
  ['timeout-minutes', 'timeout_minutes'],
  ['timeoutMinutes', 'timeout_minutes'],
  ['DRY_RUN', 'dry_run'],
  ['var', 'vars'],
  ['dispatch_mode', null],
  ['x', null],
  ['', null],
])('%s -> %s', (word, meant) => {
  expect(closest(word, KNOWN)).toBe(meant)
})

property.prop([fc.constantFrom(...KNOWN)])('a known word is its own closest', (word) => {
  expect(closest(word, KNOWN)).toBe(word)
})
