/** One tick: observe, plan, apply; anew where main moved in between, so that one tick does its work. */
import { LIMITS } from '../vault/limits.js'
import type { Snapshot } from '../vault/plan/snapshot.js'
import type { Plan } from '../vault/plan/step.js'
import type { Applied, Applier } from './apply/applier.js'
import type { Launched } from './apply/launcher.js'
import type { Observer } from './observe/observer.js'
import type { Planner } from './planner.js'
import type { Recorded } from './record/entry.js'

export interface TickParts {
  readonly observer: Observer
  readonly planner: Planner
  readonly applier: Applier
  readonly now: () => number
}

export interface Ticked {
  readonly snapshot: Snapshot
  readonly plan: Plan
  /** What became of what was to be recorded, by action id. */
  readonly recorded: ReadonlyMap<string, Recorded>
  readonly launched: ReadonlyMap<string, Promise<Launched>>
}

/** A dry tick: what would be done, without any effect on the remote. */
export async function lookOnly({
  observer,
  planner,
  now,
}: Pick<TickParts, 'observer' | 'planner' | 'now'>): Promise<Ticked> {
  const snapshot = await observer.observe(now())
  return { snapshot, plan: planner.plan(snapshot), recorded: new Map(), launched: new Map() }
}

/**
 * @param inHand ids whose runs this process follows already
 * @param launched filled as runs are taken in hand: they are, even where the tick fails after that
 */
export async function tick(
  { observer, planner, applier, now }: TickParts,
  inHand: ReadonlySet<string>,
  launched = new Map<string, Promise<Launched>>(),
): Promise<Ticked> {
  const recorded = new Map<string, Recorded>()
  await applier.tidy()
  for (let attempt = 1; ; attempt++) {
    const snapshot = await observer.observe(now())
    const planned = planner.plan(snapshot)
    const applied: Applied = await applier.apply(planned, snapshot, inHand, launched)
    for (const [id, result] of applied.recorded) recorded.set(id, result)
    if (!applied.lostRace || attempt >= LIMITS.replansPerTick) return { snapshot, plan: planned, recorded, launched }
  }
}
