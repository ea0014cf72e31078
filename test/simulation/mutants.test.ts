// The judge is judged: each planted bug has to be found within 10,000 schedules, and by its own law.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Played, playMany, playWith } from './crew.js'
import { BuiltTree } from './mutants/build-tree.js'
import { FOUND_AT } from './mutants/found-at.js'
import type { Mutant } from './mutants/mutant.js'
import { MUTANTS } from './mutants/table.js'
import { Player } from './player.js'

const MOST = 10_000
const WORKERS = 2
const TIMEOUT_MS = 40 * 60_000
const IS_HUNT = process.env['COUNTERSIGN_HUNT'] !== undefined

describe('a planted bug', () => {
  let tree: BuiltTree
  let players: readonly Player[]

  beforeAll(async () => {
    tree = await BuiltTree.make()
    players = Array.from({ length: WORKERS }, () => new Player(tree))
  }, TIMEOUT_MS)
  afterAll(() => Promise.all(players.map((player) => player.dismiss())))

  it.concurrent.each(namedOf(MUTANTS.filter(isKnown)))('is found: %s', { timeout: TIMEOUT_MS }, (_, mutant, index) =>
    isFound(tree, mutant, players[index % WORKERS]!),
  )

  it.skipIf(!IS_HUNT).each(namedOf(MUTANTS.filter((mutant) => !isKnown(mutant))))(
    'is found in a long hunt (skipped but by COUNTERSIGN_HUNT=1: up to 10,000 schedules each): %s',
    { timeout: TIMEOUT_MS },
    (_, mutant) => isFound(tree, mutant, players[0]!),
  )
})

function namedOf(mutants: readonly Mutant[]) {
  return mutants.map((mutant, index) => [mutant.name, mutant, index] as const)
}

function isKnown({ name }: Mutant): boolean {
  return FOUND_AT[name] !== undefined
}

async function isFound(tree: BuiltTree, mutant: Mutant, player: Player): Promise<void> {
  const { found } = await hunt(tree.with(mutant.edits), mutant, player)
  expect(mutant.laws).toContain(found[0]?.violation.law)
}

/** First where it was found the last time; where code has changed since, anywhere. */
async function hunt(tree: BuiltTree, { name }: Mutant, player: Player): Promise<Played> {
  const seed = FOUND_AT[name] ?? 1
  const again = await playWith([player], { tree, from: seed, schedules: 1, stopsAtFirst: true })
  if (again.found.length > 0) return again
  return playMany({ tree, from: 1, schedules: MOST, workers: WORKERS, stopsAtFirst: true })
}
