import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../vault/action/action.js'
import { parseAction } from '../../vault/action/parse.js'
import { classify } from '../../vault/classify.js'
import { higherTier, TIERS, type Tier } from '../../vault/tier.js'
import { GOOD, setOf } from './policy/trust-files.js'
import { bytes, passed } from './told.js'

const set = setOf(GOOD)
const TIER_OF: Readonly<Record<string, Tier>> = { tidy: 'low', dev: 'medium' }

function asking(formula: string, blastRadius: Tier | null): Action {
  const declared = blastRadius === null ? '' : `blast_radius = "${blastRadius}"`
  return passed(parseAction(bytes(`id = "a"\nformula = "${formula}"\ncontext = "x"\nsecrets = []\n${declared}`), 'a'))
    .action
}

const given = (formula: string, declared: Tier | null = null, requesterMayWrite = true) =>
  classify({ formula, action: asking(formula, declared), set, requesterMayWrite })

describe('the tier', () => {
  it.each([
    ['the policy decides', given('tidy'), 'low'],
    ['an unknown formula is high (field failure 15)', given('unknown'), 'high'],
    ['a declaration raises', given('tidy', 'high'), 'high'],
    ['a declaration does not lower (field failure 2)', given('dev', 'low'), 'medium'],
    ['a declaration does not lower the unknown', given('unknown', 'low'), 'high'],
    ['a stranger is high (field failure 45)', given('tidy', null, false), 'high'],
    ['a stranger who declares low is high', given('tidy', 'low', false), 'high'],
    ['names of objects are no formulas', given('constructor'), 'high'],
  ])('%s', (_what, { tier }, expected) => {
    expect(tier).toBe(expected)
  })
})

describe('the rules', () => {
  it('say what they saw and what they gave', () => {
    expect(given('dev', 'low', false).rules).toEqual([
      { rule: 'policy_tier', saw: '[tiers] dev = "medium"', gave: 'medium' },
      { rule: 'declared_blast_radius', saw: 'blast_radius = "low"', gave: 'ignored: would lower' },
      { rule: 'requester_permission', saw: 'the requester may not write', gave: 'raised to high' },
    ])
  })

  it('say also what did not change anything', () => {
    expect(given('unknown').rules).toEqual([
      { rule: 'policy_tier', saw: 'unknown is not in [tiers]', gave: 'high' },
      { rule: 'declared_blast_radius', saw: 'none declared', gave: 'no change' },
      { rule: 'requester_permission', saw: 'the requester may write', gave: 'no change' },
    ])
  })

  it('need no action', () => {
    expect(classify({ formula: '\u001b[1m', action: null, set, requesterMayWrite: true })).toMatchObject({
      tier: 'high',
      rules: [{ saw: '\\u{1b}[1m is not in [tiers]' }, {}, {}],
    })
  })
})

const formula = fc.constantFrom('tidy', 'dev', 'unknown', 'x1')
const declared = fc.option(fc.constantFrom(...TIERS))

property.prop([formula, declared, fc.boolean()])(
  'is never below the policy, the declaration, or high for a stranger',
  (name, tier, mayWrite) => {
    const result = given(name, tier, mayWrite)
    const least = [TIER_OF[name] ?? 'high', tier ?? 'low', mayWrite ? 'low' : 'high'] as const
    expect(result.tier).toBe(least.reduce<Tier>(higherTier, 'low'))
  },
)

property.prop([fc.string({ unit: 'binary' }).filter((name) => TIER_OF[name] === undefined), fc.boolean()])(
  'an unknown formula is always high',
  (name, mayWrite) => {
    expect(classify({ formula: name, action: null, set, requesterMayWrite: mayWrite }).tier).toBe('high')
  },
)
