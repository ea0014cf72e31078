import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OpsRepo } from '../support/ops-repo.js'

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
})
afterEach(() => ops.remove())

describe('the main job', () => {
  it('runs low at once, and leaves records', async () => {
    await ops.request('tidy-1')
    const lines = await ops.tick()
    expect(lines).toEqual([
      {
        id: 'tidy-1',
        tier: 'low',
        verdict: 'fire',
        reason: 'auto_approved',
        status: 'succeeded',
        record: 'vault/fired/2026-11-22/tidy-1',
      },
    ])
    expect(await ops.ran()).toEqual(['tidy-1'])
    const paths = await ops.remote.paths('main', 'vault')
    expect(paths).toEqual([
      'vault/actions/README.md',
      'vault/fired/2026-11-22/tidy-1/action.toml',
      'vault/fired/2026-11-22/tidy-1/intent.json',
      'vault/fired/2026-11-22/tidy-1/outcome.json',
    ])
    expect(await ops.remote.git(['cat-file', 'blob', 'main:vault/fired/2026-11-22/tidy-1/action.toml'])).toBe(
      ops.action('tidy-1').trimEnd(),
    )
    expect(await ops.remote.ref('vault/tidy-1')).toBeNull()
    expect(await ops.remote.git(['log', '-1', '--format=%B', 'main^'])).toBe(
      'claim low tidy-1\n\nAction-Id: tidy-1\nTier: low\nFormula: touch\nApproved-By: policy (auto-approved: low blast radius)\n',
    )
    expect(await ops.tick()).toEqual([])
  })

  it('holds medium until a writer merges, with one comment', async () => {
    const head = await ops.request('dev-1', { formula: 'dev' }, ops.keys.agent)
    expect(await ops.tick()).toMatchObject([
      { id: 'dev-1', tier: 'medium', verdict: 'wait', reason: 'pending_async_review' },
    ])
    const note = await ops.remote.git(['notes', '--ref=refs/notes/countersign', 'show', head])
    expect(note).toContain('pending async review')
    expect(note).toContain('countersign approve dev-1')
    const notes = await ops.remote.ref('refs/notes/countersign')
    await ops.tick()
    expect(await ops.remote.ref('refs/notes/countersign')).toBe(notes)
    await ops.approve(head, ops.keys.bob)
    expect(await ops.tick()).toMatchObject([
      { id: 'dev-1', verdict: 'fire', reason: 'merged_by_writer', status: 'succeeded' },
    ])
    expect(await ops.ran()).toEqual(['dev-1'])
    await ops.tick()
    expect(await ops.remote.ref('vault/dev-1')).toBeNull()
  })

  it('blocks high until an admin merges', async () => {
    const head = await ops.request('rel-1', { formula: 'release' }, ops.keys.agent)
    expect(await ops.tick()).toMatchObject([
      { id: 'rel-1', tier: 'high', verdict: 'wait', reason: 'awaiting_admin_merge' },
    ])
    await ops.approve(head, ops.keys.alice)
    expect(await ops.tick()).toMatchObject([
      { id: 'rel-1', verdict: 'fire', reason: 'merged_by_admin', status: 'succeeded' },
    ])
  })

  it('refuses a used id for ever', async () => {
    await ops.request('tidy-1')
    await ops.tick()
    await ops.request('tidy-1', { lines: ['purpose = "again"'] })
    expect(await ops.tick()).toMatchObject([{ id: 'tidy-1', verdict: 'refuse', reason: 'already_fired' }])
    expect(await ops.ran()).toEqual(['tidy-1'])
  })

  it('fires a hundred at once with a handful of pushes', async () => {
    for (let index = 0; index < 100; index++) await ops.request(`tidy-${index}`)
    const lines = await ops.tick()
    expect(lines.filter((line) => line.status === 'succeeded')).toHaveLength(100)
    expect(new Set(await ops.ran()).size).toBe(100)
    expect(await ops.ran()).toHaveLength(100)
    expect(Number(await ops.remote.git(['rev-list', '--count', 'main']))).toBeLessThan(12)
  })
})
