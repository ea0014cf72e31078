import { describe, expect, it } from 'vitest'
import { isSettled } from '../../../dispatcher/observe/settled.js'
import type { Snapshot } from '../../../vault/plan/snapshot.js'

const AT_REST = {
  requests: [],
  waiting: [],
  claims: [],
  hasUnreadClaims: false,
  foreign: [],
  trust: { unverified: null },
  forge: null,
} as unknown as Snapshot

describe('a world in which nobody pushes', () => {
  it('is settled where nothing is in flight', () => {
    expect(isSettled(AT_REST)).toBe(true)
  })

  it('is looked at again where a claim in flight could not be read', () => {
    expect(isSettled({ ...AT_REST, hasUnreadClaims: true })).toBe(false)
  })
})
