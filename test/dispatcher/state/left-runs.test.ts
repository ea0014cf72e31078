/** Runs that an earlier process left behind: forgotten where main says that they have ended, and only there. */
import { beforeEach, describe, expect, it } from 'vitest'
import { LeftRuns } from '../../../dispatcher/state/left-runs.js'
import type { ClaimFact, Freeze } from '../../../vault/plan/snapshot.js'
import { intent } from '../../vault/record/sample.js'

const KINDS: Readonly<Record<string, string>> = {
  ended: 'finished',
  died: 'lost',
  again: 'again',
  noted: 'noted',
  missed: 'noted',
  runs: 'running',
}

let forgotten: string[]
let left: LeftRuns
beforeEach(() => {
  forgotten = []
  const runs = {
    state: async (nonce: string) => ({ kind: KINDS[nonce] ?? 'unknown' }),
    forget: async (nonce: string) => void forgotten.push(nonce),
  }
  left = new LeftRuns(Object.keys(KINDS), runs, { has: async (nonce) => nonce === 'noted' })
})

const claim = (nonce: string) => ({ intent: intent('a'.repeat(64), { nonce }) }) as ClaimFact
const FROZEN: Freeze = { reason: 'gone', cause: 'main_rewritten', since: 0 }

describe('what lay in the folder of runs at the start', () => {
  it('is forgotten if it has ended, or its claim cannot come any more, and no claim waits for it', async () => {
    await left.tidy({ freeze: null, claims: [] })
    expect(forgotten).toEqual(['ended', 'died', 'again', 'missed'])
  })

  it('stays as long as its outcome is owed', async () => {
    await left.tidy({ freeze: null, claims: ['ended', 'died', 'again', 'missed'].map(claim) })
    expect(forgotten).toEqual([])
  })

  it.each([
    ['cannot be trusted', { freeze: FROZEN, claims: [] }],
    ['could not be read in whole', { freeze: null, claims: [], hasUnreadClaims: true }],
  ])('stays where main %s, and is looked at again', async (_, seen) => {
    await left.tidy(seen)
    expect(forgotten).toEqual([])
    await left.tidy({ freeze: null, claims: [] })
    expect(forgotten).toEqual(['ended', 'died', 'again', 'missed'])
  })

  it('is looked at once: what ends later is forgotten by who records it', async () => {
    await left.tidy({ freeze: null, claims: [claim('ended')] })
    await left.tidy({ freeze: null, claims: [] })
    expect(forgotten).toEqual(['died', 'again', 'missed'])
  })
})
