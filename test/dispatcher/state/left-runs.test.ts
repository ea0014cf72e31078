/** Runs that an earlier process left behind: forgotten where main says that they have ended, and only there. */
import { beforeEach, describe, expect, it } from 'vitest'
import { LeftRuns } from '../../../dispatcher/state/left-runs.js'
import type { ClaimFact, Freeze } from '../../../vault/plan/snapshot.js'
import { intent } from '../../vault/record/sample.js'

const KINDS: Readonly<Record<string, string>> = { ended: 'finished', died: 'lost', noted: 'noted', runs: 'running' }

let forgotten: string[]
let left: LeftRuns
beforeEach(() => {
  forgotten = []
  left = new LeftRuns(Object.keys(KINDS), {
    state: async (nonce) => ({ kind: KINDS[nonce] ?? 'unknown' }),
    forget: async (nonce) => void forgotten.push(nonce),
  })
})

const claim = (nonce: string) => ({ intent: intent('a'.repeat(64), { nonce }) }) as ClaimFact
const FROZEN: Freeze = { reason: 'gone', cause: 'main_rewritten', since: 0 }

describe('what lay in the folder of runs at the start', () => {
  it('is forgotten if it has ended, and no claim waits for it', async () => {
    await left.tidy({ freeze: null, claims: [] })
    expect(forgotten).toEqual(['ended', 'died'])
  })

  it('stays as long as its outcome is owed', async () => {
    await left.tidy({ freeze: null, claims: [claim('ended'), claim('died')] })
    expect(forgotten).toEqual([])
  })

  it.each([
    ['cannot be trusted', { freeze: FROZEN, claims: [] }],
    ['could not be read in whole', { freeze: null, claims: [], hasUnreadClaims: true }],
  ])('stays where main %s, and is looked at again', async (_, seen) => {
    await left.tidy(seen)
    expect(forgotten).toEqual([])
    await left.tidy({ freeze: null, claims: [] })
    expect(forgotten).toEqual(['ended', 'died'])
  })

  it('is looked at once: what ends later is forgotten by who records it', async () => {
    await left.tidy({ freeze: null, claims: [claim('ended')] })
    await left.tidy({ freeze: null, claims: [] })
    expect(forgotten).toEqual(['died'])
  })
})
