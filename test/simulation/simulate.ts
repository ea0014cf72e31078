/** Plays one schedule, and judges the world after each step. The same schedule always gives the same. */
import { aftermath, hasAftermath } from './aftermath.js'
import { Chance } from './chance.js'
import type { Coverage } from './coverage.js'
import { Judge } from './judge/judge.js'
import type { Violation } from './judge/violation.js'
import { actOf } from './people/acts.js'
import type { Schedule, ScheduleStep } from './schedule.js'
import { settle } from './settle.js'
import { useSmallLimits } from './small-limits.js'
import { NOBODY, type Tell } from './trace.js'
import { World } from './world.js'

export interface Result {
  readonly violation: Violation | null
  /** The step after which it was seen; null: at the end, when nothing more happened. */
  readonly step: number | null
}

export async function simulate(schedule: Schedule, coverage: Coverage, tell: Tell = NOBODY): Promise<Result> {
  useSmallLimits()
  const world = new World(schedule.settings, coverage, tell)
  const judge = new Judge(world)
  const note = (reason: unknown) => world.truth.unhandled.push(String(reason instanceof Error ? reason.stack : reason))
  process.on('unhandledRejection', note)
  try {
    for (const host of world.hosts) host.start()
    for (const [index, step] of schedule.steps.entries()) {
      tell(`${index}: ${step.act}`)
      await play(world, step)
      judge.look()
      if (judge.violations[0] !== undefined) return { violation: judge.violations[0], step: index }
    }
    tell('faults stop')
    await settle(world, judge)
    if (judge.violations.length === 0) judge.finish()
    if (judge.violations.length === 0 && hasAftermath(schedule.settings)) await aftermath(world, judge)
    return { violation: judge.violations[0] ?? null, step: null }
  } finally {
    process.off('unhandledRejection', note)
  }
}

/** Effects for which the world goes on, so that the moment of an act comes. */
const MOST_UNTIL_RIPE = 60

async function play(world: World, step: ScheduleStep): Promise<void> {
  const { settings, coverage, gate } = world
  world.chance = new Chance(step.seed)
  coverage.steps++
  const faults = new Set(settings.faults)
  for (const host of world.hosts) {
    if (host.isCut && world.chance.hit(0.25)) host.isCut = false
    if (host.lacks.size > 0 && world.chance.hit(0.25)) host.lacks.clear()
    if (world.chance.hit(0.6)) host.process?.wake()
  }
  if (gate.isSlow && world.chance.hit(0.2)) gate.isSlow = false
  await quiet()
  const act = actOf(step.act)
  const deliver = async (): Promise<boolean> => {
    if (!gate.deliverOne(world.chance, step.isFaulty ? settings.faultRate : 0, faults)) return false
    world.time += 10 + world.chance.below(400)
    await quiet()
    return true
  }
  for (let left = step.deliveries; left > 0 && (await deliver()); left--);
  const { isRipe } = act
  for (let left = MOST_UNTIL_RIPE; left > 0 && isRipe?.(world) === false && (await deliver()); left--);
  if (isRipe === undefined || isRipe(world)) act.do(world)
  coverage.did(step.act)
  world.endOverdue()
  await quiet()
}

/** All that can go on without the world has gone on. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
