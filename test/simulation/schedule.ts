/** A schedule: what is done to a world, step by step. Each step stands alone, so that any of them may be left out. */
import { Chance } from './chance.js'
import type { Fault } from './gate.js'
import type { Act } from './people/act.js'
import {
  ACTS,
  type ActName,
  BRINK_MOMENTS,
  CORNER_MOMENTS,
  MOMENTS,
  ORDEAL_MOMENTS,
  RARE_MOMENTS,
  RECALL_MOMENTS,
} from './people/acts.js'

export interface Settings {
  readonly seed: number
  readonly hosts: number
  readonly concurrency: number
  readonly faults: readonly Fault[]
  readonly faultRate: number
  /** Dispatchers join main while records on it are tampered with. */
  readonly mixesNewcomers: boolean
  /** People act by pull requests of a forge, and not by keys. */
  readonly forge: boolean
}

export interface ScheduleStep {
  readonly act: ActName
  readonly seed: number
  /** Effects that happen before it. */
  readonly deliveries: number
  readonly isFaulty: boolean
}

export interface Schedule {
  readonly settings: Settings
  readonly steps: readonly ScheduleStep[]
}

const FAULTS: readonly Fault[] = [
  'fail',
  'lost',
  'late',
  'crash_before',
  'crash_after',
  'crash_late',
  'refused',
  'partly',
  'torn',
  'start_failed',
  'supervisor_failed',
]

const FORGE_FAULTS: readonly Fault[] = ['stale', 'doubled']

/** Each schedule has its own mixture: some faults and acts often, others never. So rare combinations come up. */
export function scheduleOf(seed: number, { mixesNewcomers = false } = {}): Schedule {
  const chance = new Chance(seed)
  // A stream of its own: what is drawn for a forge changes nothing of schedules without one.
  const forgeChance = new Chance(seed + 0x5eed)
  const forge = forgeChance.hit(0.35)
  const settings: Settings = {
    seed,
    hosts: chance.weighted({ 1: 4, 2: 4, 3: 2 }) === '1' ? 1 : chance.hit(0.7) ? 2 : 3,
    concurrency: 1 + chance.below(3),
    faults: [
      ...FAULTS.filter(() => chance.hit(0.6)),
      ...(forge ? FORGE_FAULTS.filter(() => forgeChance.hit(0.7)) : []),
    ],
    mixesNewcomers,
    forge,
    faultRate: chance.hit(0.15) ? 0 : 0.02 + 0.13 * chance.next(),
  }
  const weights = weightsOf(chance, forge)
  const length = 25 + chance.below(30)
  const pace = 2 + chance.below(14)
  const steps = Array.from({ length }, () => ({
    act: chance.weighted(weights),
    seed: chance.seed(),
    // With a forge a tick asks more.
    deliveries: chance.below(pace * 2) * (forge ? 2 : 1),
    isFaulty: chance.hit(0.8),
  }))
  const stage = stageOf(seed)
  return { settings, steps: stage === null ? steps : withMoments(steps, stage, seed, forge) }
}

/** Schedules between them have only what chance brings, so that both are played. */
const MOMENTS_EVERY = 3
/** Some of those between them, at a place of their own: what else is played stays as it is. */
const RARE_EVERY = 18
const RARE_AT = 8

/** And some others, with either kind of forge. */
const CORNERS_EVERY = 15
const CORNERS_AT = 7

/** And some more, between those. */
const BRINKS_EVERY = 15
const BRINKS_AT = 4

/** And where somebody has to remember, some of them with an aftermath. */
const RECALL_EVERY = 14
const RECALL_AT = 5

interface Stage {
  readonly acts: Readonly<Record<string, Act>>
  /** How often one of them is left out of a schedule. */
  readonly leftOut: number
}

function stageOf(seed: number): Stage | null {
  if (seed % MOMENTS_EVERY === 0) return { acts: MOMENTS, leftOut: 0.6 }
  if (seed % RARE_EVERY === RARE_AT) return { acts: RARE_MOMENTS, leftOut: 0 }
  if (seed % BRINKS_EVERY === BRINKS_AT) return { acts: BRINK_MOMENTS, leftOut: 0.3 }
  if (seed % CORNERS_EVERY === CORNERS_AT) return { acts: CORNER_MOMENTS, leftOut: 0.4 }
  if (seed % RECALL_EVERY !== RECALL_AT) return null
  return { acts: seed % (2 * RECALL_EVERY) === RECALL_AT ? RECALL_MOMENTS : ORDEAL_MOMENTS, leftOut: 0.3 }
}

/** A stream of its own again: some steps give way to what sets a stage, the same few again and again. */
function withMoments(
  steps: readonly ScheduleStep[],
  { acts, leftOut }: Stage,
  seed: number,
  forge: boolean,
): readonly ScheduleStep[] {
  const chance = new Chance(seed + 0x3041e27)
  const possible = Object.entries(acts).filter(([, { where }]) => isPlayed(where, forge))
  const weights = Object.fromEntries(
    possible.map(([name, { weight }]) => [name, chance.hit(leftOut) ? 0 : weight * (0.3 + 1.7 * chance.next())]),
  ) as Record<ActName, number>
  const share = 0.1 + 0.3 * chance.next()
  return steps.map((step) => (chance.hit(share) ? { ...step, act: chance.weighted(weights) } : step))
}

function isPlayed(where: 'keys' | 'forge' | null, forge: boolean): boolean {
  return where === null || where === (forge ? 'forge' : 'keys')
}

function weightsOf(chance: Chance, forge: boolean): Record<ActName, number> {
  const isHostile = chance.hit(0.6)
  const possible = Object.entries(ACTS).filter(([, { where }]) => isPlayed(where, forge))
  const weights = possible.map(([name, { weight, isHostile: hostile }]) => {
    const isOut = (hostile && !isHostile) || chance.hit(0.25)
    return [name, isOut ? 0 : weight * (0.3 + 1.7 * chance.next())]
  })
  const often = { ask: 6, wait: 6, start: 4, ...(forge ? { openPull: 3, approvePull: 4, mergePull: 4 } : {}) }
  return { ...(Object.fromEntries(weights) as Record<ActName, number>), ...often }
}
