import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { renderReasonsPage } from '../../vault/prose/reasons-page.js'
import { renderSchemas } from '../../vault/schemas.js'

const HINT = 'run `npm run generate`'

it('docs/reasons.md is what vault/reasons.ts says', () => {
  expect(readFileSync('docs/reasons.md', 'utf8'), HINT).toBe(renderReasonsPage())
})

it.each([...renderSchemas()])('schemas/%s is what the parsers go by', (name, text) => {
  expect(readFileSync(`schemas/${name}`, 'utf8'), HINT).toBe(text)
})
