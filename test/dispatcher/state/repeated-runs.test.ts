/** The mark of a second run goes when it is of no use any more, also where nothing else is left of the run. */
import { describe, expect, it } from 'vitest'
import { LeftRuns } from '../../../dispatcher/state/left-runs.js'
import { RepeatedRuns } from '../../../dispatcher/state/repeated-runs.js'
import type { StateFiles } from '../../../lib/state/port.js'

const NONE_ON_ITS_WAY = { has: async () => false }

/** Marks, and of all these runs the runner knows the same. */
function stateOf(nonce: string, kind: 'unknown' | 'noted' = 'unknown', isKilled = false) {
  const marks = new Set([`/state/repeated/${nonce}`])
  const files: Partial<StateFiles> = {
    read: async (path) => (marks.has(path) ? '' : null),
    write: async (path) => void marks.add(path),
    list: async () => [...marks].map((path) => path.slice('/state/repeated/'.length)),
    remove: async (path) => void marks.delete(path),
  }
  const nothing = {
    left: [],
    state: async () => ({ kind }),
    note: async () => undefined,
    forget: async () => {
      if (isKilled) throw new Error('killed')
    },
  }
  return { marks, runs: new RepeatedRuns('/state', nothing, files as StateFiles) }
}

describe('a second run that was never started', () => {
  it.each(['unknown', 'noted'] as const)(
    'loses its mark at the next start, when its outcome is on main: %s',
    async (kind) => {
      const { marks, runs } = stateOf('told', kind)
      await new LeftRuns(await runs.left(), runs, NONE_ON_ITS_WAY).tidy({ freeze: null, claims: [] })
      expect([...marks]).toEqual([])
    },
  )

  it('keeps it as long as main could not be read in whole', async () => {
    const { marks, runs } = stateOf('open')
    const left = new LeftRuns(await runs.left(), runs, NONE_ON_ITS_WAY)
    await left.tidy({ freeze: null, claims: [], hasUnreadClaims: true })
    expect([...marks]).toHaveLength(1)
  })
})

it('a second run is marked before the first one is forgotten: who dies in between does not take it for one that never was', async () => {
  const { marks, runs } = stateOf('told', 'unknown', true)
  marks.clear()
  await expect(runs.repeat('told')).rejects.toThrow('killed')
  expect(await runs.state('told')).toEqual({ kind: 'lost' })
})
