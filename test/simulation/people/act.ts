import type { World } from '../world.js'

/** Something that a person, an attacker or the machine may do to a world. Does nothing where it is not possible. */
export interface Act {
  /** How often it comes up. */
  readonly weight: number
  readonly isHostile: boolean
  /** Only where people approve so; null: anywhere. */
  readonly where: 'keys' | 'forge' | null
  do(world: World): void
  /** It waits for its moment: the world goes on until this holds, or it does not come. Absent: at any moment. */
  isRipe?(world: World): boolean
}

export function act(weight: number, work: Act['do'], where: Act['where'] = null): Act {
  return { weight, isHostile: false, where, do: work }
}

export function attack(weight: number, work: Act['do'], where: Act['where'] = null): Act {
  return { weight, isHostile: true, where, do: work }
}

/** Something that comes just then, where chance alone would hardly ever bring it. */
export function moment(weight: number, isRipe: (world: World) => boolean, work: Act['do']): Act {
  return { weight, isHostile: false, where: null, do: work, isRipe }
}

/** The same, by somebody who means harm. */
export function ambush(
  weight: number,
  isRipe: (world: World) => boolean,
  work: Act['do'],
  where: Act['where'] = null,
): Act {
  return { weight, isHostile: true, where, do: work, isRipe }
}
