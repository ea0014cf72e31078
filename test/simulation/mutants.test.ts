// The judge is judged: each planted bug has to be found within 10,000 schedules, and by its own law.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Played, playMany } from './crew.js'
import { BuiltTree } from './mutants/build-tree.js'
import { FOUND_AT } from './mutants/found-at.js'
import type { Mutant } from './mutants/mutant.js'
import { MUTANTS } from './mutants/table.js'

const MOST = 10_000
const TIMEOUT_MS = 40 * 60_000
const IS_HUNT = process.env['COUNTERSIGN_HUNT'] !== undefined

describe('a planted bug', () => {
  let tree: BuiltTree

  beforeAll(() => {
    tree = BuiltTree.make()
  }, TIMEOUT_MS)
  afterAll(() => tree.remove())

  // Most of the time of each goes into loading its tree.
  it.concurrent.each(pairsOf(MUTANTS.filter(isKnown)))('is found: %s', { timeout: TIMEOUT_MS }, (_, mutant) =>
    isFound(tree, mutant),
  )

  it.skipIf(!IS_HUNT).each(pairsOf(MUTANTS.filter((mutant) => !isKnown(mutant))))(
    'is found in a long hunt (skipped but by COUNTERSIGN_HUNT=1: up to 10,000 schedules each): %s',
    { timeout: TIMEOUT_MS },
    (_, mutant) => isFound(tree, mutant),
  )
})

function pairsOf(mutants: readonly Mutant[]) {
  return mutants.map((mutant) => [mutant.name, mutant] as const)
}

function isKnown({ name }: Mutant): boolean {
  return FOUND_AT[name] !== undefined
}

async function isFound(tree: BuiltTree, mutant: Mutant): Promise<void> {
  const planted = tree.with(mutant.edits)
  try {
    const { found } = await hunt(planted, mutant)
    expect(mutant.laws).toContain(found[0]?.violation.law)
  } finally {
    planted.remove()
  }
}

/** First where it was found the last time; where code has changed since, anywhere. */
async function hunt(tree: BuiltTree, { name }: Mutant): Promise<Played> {
  const seed = FOUND_AT[name] ?? 1
  const again = await playMany({ tree, from: seed, schedules: 1, workers: 1, stopsAtFirst: true })
  if (again.found.length > 0) return again
  return playMany({ tree, from: 1, schedules: MOST, workers: 2, stopsAtFirst: true })
}
