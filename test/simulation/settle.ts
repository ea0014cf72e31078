/** Faults stop, everybody does their part, time passes: then everything has to come to rest. */

import { judgeAnswered } from './judge/answers.js'
import { judgeHeldEnds, judgeOwnEnds } from './judge/ending.js'
import type { Judge } from './judge/judge.js'
import { restoreStandard, unfreeze } from './people/governing.js'
import { giveBack } from './people/rewriting.js'
import { quiet } from './simulate.js'
import type { World } from './world.js'

const MINUTE_MS = 60_000
const TWO_DAYS_MS = 48 * 60 * MINUTE_MS
const MOST_ROUNDS = 40
const MOST_EFFECTS = 4_000
const NO_FAULTS = new Set<never>()

export async function settle(world: World, judge: Judge): Promise<void> {
  for (const host of world.hosts) {
    Object.assign(host, { isCut: false, isBlind: false, fullFor: 0 })
    host.lacks.clear()
  }
  world.gate.isSlow = false
  world.rivals = 0
  world.gate.arrivesBefore = null
  giveBack(world)
  for (const host of world.hosts) host.start()
  await calm(world, judge, 1)
  if (judge.violations.length === 0) judgeHeldEnds(judge)
  unfreeze(world)
  restoreStandard(world)
  // A forge may be late with what it knows of a merge: then everybody looks once more.
  await calm(world, judge, world.site === null ? 1 : 2)
  if (judge.violations.length === 0) judgeOwnEnds(judge)
  world.time += TWO_DAYS_MS
  await calm(world, judge, 2)
}

/** Ticks until so many whole rounds, one after the other, change nothing. */
export async function calm(world: World, judge: Judge, rounds: number): Promise<void> {
  let quietRounds = 0
  for (let round = 0; quietRounds < rounds; round++) {
    if (round > MOST_ROUNDS) return judge.blame('settles', 'dispatchers go on and on')
    const before = activity(world)
    await deliverAll(world, judge)
    // Rounds are further apart than any pause is long.
    judgeAnswered(judge, round > 1)
    for (const host of world.hosts) {
      host.start()
      host.process?.wake()
    }
    await deliverAll(world, judge)
    for (const run of world.running()) world.end(run, world.chance.hit(0.8) ? 'succeeded' : 'failed')
    await deliverAll(world, judge)
    judge.look()
    if (judge.violations.length > 0) return
    world.time += 6 * MINUTE_MS
    const isQuiet = activity(world) === before
    quietRounds = isQuiet ? quietRounds + 1 : 0
  }
}

/** How much was done that everybody can see. */
function activity({ truth, site }: World): number {
  return truth.mainMoves.length + truth.starts.length + (site?.writes ?? 0)
}

async function deliverAll(world: World, judge: Judge): Promise<void> {
  await quiet()
  for (let effects = 0; world.gate.size > 0; effects++) {
    if (effects > MOST_EFFECTS) return judge.blame('settles', 'one tick has no end')
    world.gate.deliverOne(world.chance, 0, NO_FAULTS)
    world.time += 10
    await quiet()
  }
}
