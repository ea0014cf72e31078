import { describe, expect, it } from 'vitest'
import { renderRequest } from '../../../vault/prose/request-report.js'
import { REASONS } from '../../../vault/reasons.js'

const ASKED = { id: 'note-1', tier: 'low', branch: 'vault/note-1', commit: null } as const

describe('a request of which nothing was judged here', () => {
  it.each([
    ['waits', 'waiting', 'write_disabled'],
    ['was refused', 'refused', 'expired'],
  ] as const)('says what to do where it %s', (_, state, reason) => {
    const said = renderRequest({ ...ASKED, state, reason }, null, true)
    expect(said.slice(1)).toEqual([`  ${REASONS[reason].meaning}`, `  ${REASONS[reason].remedy}`])
  })

  it('names the command with its own id', () => {
    const said = renderRequest({ ...ASKED, state: 'waiting', reason: 'awaiting_admin_merge' }, null, true).join('\n')
    expect(said).toContain('`countersign approve note-1`')
    expect(said).not.toContain('<id>')
  })

  it('asks for nothing where it waits for its turn, or has ended', () => {
    expect(renderRequest({ ...ASKED, state: 'waiting' }, null, true)).toHaveLength(1)
    expect(renderRequest({ ...ASKED, state: 'fired', status: 'succeeded' }, null, true)).toHaveLength(1)
  })
})
