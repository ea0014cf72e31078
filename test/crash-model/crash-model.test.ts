// Each row of docs/crash-model.md, played: where the dispatcher dies, what lies where then, and how it ends.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderTable } from './page.js'
import { FAULTS, nameOf, ROWS } from './rows.js'
import { tell } from './story.js'

const PAGE = readFileSync(new URL('../../docs/crash-model.md', import.meta.url), 'utf8')

describe('a dispatcher that dies when it', () => {
  it.each(ROWS.map((row) => [nameOf(row), row] as const))('%s', async (_, { at, died, story, lies, after }) => {
    expect(await tell({ ...at, fault: FAULTS[died] }, story)).toEqual({ atDeath: lies, after, violations: [] })
  })
})

describe('the page', () => {
  it('has these rows, as they are', () => {
    expect(PAGE).toContain(renderTable(ROWS))
  })
})
