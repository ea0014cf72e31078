import { describe, expect, it } from 'vitest'
import type { PullDossier } from '../../../vault/forge/fact.js'
import type { WindowState } from '../../../vault/forge/window-state.js'
import { LIMITS } from '../../../vault/limits.js'
import type { Oid } from '../../../vault/oid.js'
import { plan } from '../../../vault/plan/plan.js'
import { BOB, fault, HEAD, ok, openPull, ownComment, SELF } from '../forge/pulls.js'
import { forgeSnapshot, requestOf } from '../verdict/forge-request.js'
import { FORGE_SETS } from './forge-world.js'
import { NOW, OIDS } from './world.js'

const [, , , , OTHER] = OIDS
const RUNNING: WindowState = {
  ...{ pull: 3, head: HEAD, commentReadBackAt: NOW - 60_000, aliveMs: 59_000, lastSeenAt: NOW - 1_000 },
  ...{ lastUpdatedAt: openPull().pull.updatedAt, vetoed: null },
}
const VETOED: WindowState = { ...RUNNING, pull: 9, head: OTHER!, vetoed: { by: 'bob', how: 'a /veto comment' } }

const GONE: WindowState = { ...RUNNING, pull: 9, head: OTHER! }
const CLOSED: WindowState = { ...GONE, vetoed: { by: 'bob (id 21)', how: 'closed the pull request' } }
const gone = (parts: Parameters<typeof openPull>[0]) => openPull({ ...parts, pull: { number: 9, head: OTHER! } })

/** What is kept after a look at pull request 3, at HEAD. */
function keptAfter(
  windows: readonly WindowState[],
  kin: ReadonlyMap<Oid, readonly PullDossier[]> = new Map(),
): readonly WindowState[] | undefined {
  const requests = [requestOf('dev', [openPull({ comments: ok([ownComment()]) })])]
  const { steps } = plan(forgeSnapshot({ set: FORGE_SETS.window, requests, sight: { windows, kin } }))
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

  it.each<[string, PullDossier | null, readonly WindowState[]]>([
    ['46: closed by a writer: that is a veto, and stays', gone({ history: { closedBy: [BOB] } }), [CLOSED]],
    ['closed by ourselves: nothing', gone({ history: { closedBy: [SELF] } }), []],
    ['8: and nobody can say by whom: it stays as it was', gone({ history: fault() }), [GONE]],
    ['8: and it was not asked by whom: it stays as it was', null, [GONE]],
  ])('of a window whose pull request is gone, %s', (_, dossier, left) => {
    const kin = new Map(dossier === null ? [] : [[GONE.head, [dossier]]])
    const running = { ...RUNNING, aliveMs: 60_000, lastSeenAt: NOW }
    expect(keptAfter([GONE, RUNNING], kin)).toEqual([...left, running])
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
