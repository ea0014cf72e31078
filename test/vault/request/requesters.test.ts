import { describe, expect, it } from 'vitest'
import type { SignatureFact } from '../../../vault/git-facts.js'
import { knownRequesters, requestersOf } from '../../../vault/request/requesters.js'
import { OIDS, SETS, signedBy } from '../plan/world.js'

const commit = (signature: SignatureFact | null, exactMainMerge = false) => ({
  oid: OIDS[0]!,
  parents: [],
  signature,
  exactMainMerge,
})
const by = (name: string, exactMainMerge = false) => commit(signedBy(name), exactMainMerge)
const UNSIGNED = commit({ kind: 'unsigned' })
const NOISE = commit({ kind: 'invalid', why: 'noise' })

describe('who asks (law 6)', () => {
  it.each([
    ['one', [by('agent')], ['agent']],
    ['several, each once', [by('bob'), by('agent'), by('bob')], ['agent', 'bob']],
    ['50: not who merged main exactly', [by('agent'), by('alice', true)], ['agent']],
  ])('%s', (_, commits, principals) => {
    expect(requestersOf(commits, SETS.plain)).toEqual({ kind: 'known', principals })
  })

  it.each([
    ['32: no commit', []],
    ['32: nothing but merges of main', [by('agent', true)]],
    ['an unsigned one', [by('agent'), UNSIGNED]],
    ['one whose signature does not hold', [by('agent'), NOISE]],
    ['one that was not checked', [by('agent'), commit(null)]],
    ['43: a key of nobody', [by('nobody')]],
    ['a key without a role', [by('carol')]],
  ])('is unknown: %s', (_, commits) => {
    expect(requestersOf(commits, SETS.plain).kind).toBe('unknown')
  })

  it('for low, those who are known', () => {
    expect(knownRequesters([UNSIGNED, NOISE, commit(null), by('carol'), by('bob')], SETS.plain)).toEqual(['bob'])
  })
})
