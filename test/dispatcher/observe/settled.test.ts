import { describe, expect, it } from 'vitest'
import { isSettled } from '../../../dispatcher/observe/settled.js'
import type { Snapshot } from '../../../vault/plan/snapshot.js'

const FORGE = { fault: null, owed: new Map(), windows: [] }
const AT_REST = {
  requests: [],
  waiting: [],
  claims: [],
  hasUnreadClaims: false,
  used: new Map(),
  foreign: [],
  trust: { unverified: null },
  freeze: null,
  forge: null,
}

const FAULT = { ok: false, fault: { reason: 'forge_unreachable' } }
const QUIET = { history: null, reviews: null, comments: null, permissions: new Map() }
const asked = (dossier: object) => [{ head: 'h', content: { kind: 'unrelated' }, pulls: [{ ...QUIET, ...dossier }] }]
const WINDOW = { head: 'h', vetoed: null }
const merged = { merge: {}, file: { kind: 'parsed' } }

function settled(world: object): boolean {
  return isSettled({ ...AT_REST, ...world } as unknown as Snapshot)
}

/** In force: else all is held, and nothing lets anything through. */
const IN_FORCE = { unverified: null, broken: null, inForce: { set: { policy: { writeEnabled: true } } } }

describe('a world in which nobody pushes', () => {
  it('is settled where nothing is in flight', () => {
    expect(settled({})).toBe(true)
  })

  it.each<[string, object]>([
    ['a claim is in flight', { claims: [{}] }],
    ['a claim in flight could not be read', { hasUnreadClaims: true }],
    ['the claim of a used id could not be read', { used: new Map([['a', { isUnread: true }]]) }],
    ['something foreign could not be undone', { foreign: [{}] }],
    ['nobody knows whether a change of the trust set took force', { trust: { unverified: {} } }],
    ['a request could not be read', { requests: [{ content: { kind: 'unread' }, pulls: [] }] }],
    ['the file of a request is not here', { requests: [{ content: { kind: 'change', file: { kind: 'missing' } } }] }],
    ['nobody knows what merged a waiting action', { waiting: [{ ...merged, merge: null }] }],
    ['the file of a waiting action is not here', { waiting: [{ ...merged, file: { kind: 'missing' } }] }],
  ])('is looked at again where %s', (_, world) => {
    expect(settled(world)).toBe(false)
  })

  it('is settled with a forge where nothing is asked and nothing is owed', () => {
    expect(settled({ trust: IN_FORCE, forge: FORGE, requests: asked({}) })).toBe(true)
  })

  it.each<[string, object]>([
    ['was vetoed', { ...WINDOW, vetoed: {} }],
    ['is of a request that is gone', { ...WINDOW, head: 'g' }],
  ])('is settled with what is kept of a review window that %s', (_, window) => {
    const world = { requests: asked({}), forge: { ...FORGE, windows: [window] } }
    expect(settled({ trust: IN_FORCE, ...world })).toBe(true)
  })

  it.each<[string, object]>([
    ['the forge could not be asked', { forge: { ...FORGE, fault: {} } }],
    ['a pull request is owed an end', { forge: { ...FORGE, owed: new Map([[1, {}]]) } }],
    ['a review window is open', { forge: { ...FORGE, windows: [WINDOW] }, requests: asked({}) }],
    ['a history could not be read', { requests: asked({ history: FAULT }) }],
    ['reviews could not be read', { requests: asked({ reviews: FAULT }) }],
    ['comments could not be read', { requests: asked({ comments: FAULT }) }],
    ['a permission could not be read', { requests: asked({ permissions: new Map([[1, FAULT]]) }) }],
    ['a history may let it through', { requests: asked({ history: { ok: true } }) }],
    ['a permission lets it through', { requests: asked({ permissions: new Map([[1, { ok: true }]]) }) }],
    ['a merged action waits for its pull request', { waiting: [{ ...merged, pull: { ok: true } }] }],
  ])('is looked at again where %s', (_, world) => {
    expect(settled({ trust: IN_FORCE, forge: FORGE, ...world })).toBe(false)
  })
})
