import { describe, expect, it } from 'vitest'
import type { WindowState } from '../../../vault/forge/window-state.js'
import { LIMITS } from '../../../vault/limits.js'
import { plan } from '../../../vault/plan/plan.js'
import { HEAD, ok, openPull, ownComment } from '../forge/pulls.js'
import { forgeSnapshot, requestOf } from '../verdict/forge-request.js'
import { FORGE_SETS } from './forge-world.js'
import { NOW, OIDS } from './world.js'

const [, , , , OTHER] = OIDS
const RUNNING: WindowState = {
  ...{ pull: 3, head: HEAD, commentReadBackAt: NOW - 60_000, aliveMs: 59_000, lastSeenAt: NOW - 1_000 },
  ...{ lastUpdatedAt: openPull().pull.updatedAt, vetoed: null },
}
const VETOED: WindowState = { ...RUNNING, pull: 9, head: OTHER!, vetoed: { by: 'bob', how: 'a /veto comment' } }

/** What is kept after a look at pull request 3, at HEAD. */
function keptAfter(windows: readonly WindowState[]): readonly WindowState[] | undefined {
  const requests = [requestOf('dev', [openPull({ comments: ok([ownComment()]) })])]
  const { steps } = plan(forgeSnapshot({ set: FORGE_SETS.window, requests, sight: { windows } }))
  return steps.find((step) => step.kind === 'watch')?.windows
}

describe('what is kept of review windows', () => {
  it('46: a veto stays while another window runs: its comment may be deleted, and its window would pass', () => {
    expect(keptAfter([VETOED, RUNNING])).toEqual([VETOED, { ...RUNNING, aliveMs: 60_000, lastSeenAt: NOW }])
  })

  it('46: a veto by another pull request of the head stays when that one is closed', () => {
    const closed = { ...VETOED, head: HEAD }
    expect(keptAfter([closed, RUNNING])).toContainEqual(closed)
  })

  it('a veto is not written again and again', () => {
    expect(keptAfter([{ ...VETOED, pull: 3, head: HEAD }])).toBeUndefined()
  })

  it('of what ran and is gone nothing is kept, and of vetoes the newest', () => {
    const vetoes = Array.from({ length: LIMITS.keptVetoes + 1 }, (_, index) => ({ ...VETOED, pull: 10 + index }))
    const kept = keptAfter([{ ...RUNNING, head: OTHER! }, ...vetoes, RUNNING])
    expect(kept?.map(({ pull }) => pull)).toEqual([...vetoes.slice(1).map(({ pull }) => pull), 3])
  })
})
