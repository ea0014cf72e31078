import { expect, it } from 'vitest'
import { parsePolicy } from '../../../vault/policy/parse.js'
import { tierProblems } from '../../../vault/policy/tier-problems.js'
import { bytes, passed, told } from '../told.js'

const located = (tiers: string) => passed(parsePolicy(bytes(`version = 1\nwrite.enabled = true\n${tiers}`)))

it('tells where tiers and formulas have drifted apart', () => {
  const problems = tierProblems(located('[tiers]\ndev = "low"\nrelaese = "high"\n'), new Set(['dev', 'release']))
  expect(told(problems)).toEqual(['3:1 formula_without_tier', '5:1 tier_without_formula'])
  expect(problems[1]?.message).toContain('did you mean `release`?')
})

it('says nothing where they fit', () => {
  expect(tierProblems(located('[tiers]\ndev = "low"\n'), new Set(['dev']))).toEqual([])
})

it('has a position even without [tiers]', () => {
  expect(told(tierProblems(located(''), new Set(['dev'])))).toEqual(['1:1 formula_without_tier'])
})
