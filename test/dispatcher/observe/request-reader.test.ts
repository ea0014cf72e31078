import { describe, expect, it } from 'vitest'
import { RequestReader } from '../../../dispatcher/observe/request-reader.js'
import type { Repository } from '../../../lib/git/port.js'
import { LIMITS } from '../../../vault/limits.js'
import { FORGE_SETS } from '../../vault/plan/forge-world.js'
import { OIDS } from '../../vault/plan/world.js'

const [HEAD, ...MAINS] = OIDS
const REFS = Array.from({ length: LIMITS.newRequestsPerTick + 1 }, (_, index) => ({
  ...{ suffix: `r${index}`, head: HEAD!, ref: `refs/heads/vault/r${index}` },
  ...{ isBranch: true, pulls: [], isMoving: false },
}))
/** Of it all requests are merged. */
const REPOSITORY = {
  objects: { commit: async () => ({}) },
  history: { newCommits: async () => new Map() },
} as unknown as Repository

describe('more requests than one tick reads', () => {
  it('are all read in turn, also where main moves with each tick', async () => {
    const reader = new RequestReader(REPOSITORY)
    const waiting = new Set(REFS.map(({ suffix }) => suffix))
    for (const main of MAINS.slice(0, 2))
      for (const { suffix, content } of await reader.read(REFS, main, FORGE_SETS.plain))
        if (content.kind !== 'unread') waiting.delete(suffix)
    expect([...waiting]).toEqual([])
  })
})
