import type { World } from '../world.js'

/** Something that a person, an attacker or the machine may do to a world. Does nothing where it is not possible. */
export interface Act {
  /** How often it comes up. */
  readonly weight: number
  readonly isHostile: boolean
  /** Only where people approve so; null: anywhere. */
  readonly where: 'keys' | 'forge' | null
  do(world: World): void
}

export function act(weight: number, work: Act['do'], where: Act['where'] = null): Act {
  return { weight, isHostile: false, where, do: work }
}

export function attack(weight: number, work: Act['do'], where: Act['where'] = null): Act {
  return { weight, isHostile: true, where, do: work }
}
