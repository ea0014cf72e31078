/** How often each fault hit each effect. */
import type { Fault } from './gate.js'

export class Coverage {
  readonly pairs = new Map<string, number>()
  readonly people = new Map<string, number>()
  crashes = 0
  faults = 0
  effects = 0
  steps = 0

  count(effect: string, fault: Fault | null): void {
    this.effects++
    if (fault !== null) this.faults++
    add(this.pairs, `${effect} | ${fault ?? 'none'}`, 1)
  }

  did(what: string): void {
    add(this.people, what, 1)
  }

  merge(other: Totals): void {
    for (const [pair, count] of Object.entries(other.pairs)) add(this.pairs, pair, count)
    for (const [name, count] of Object.entries(other.people)) add(this.people, name, count)
    this.crashes += other.crashes
    this.faults += other.faults
    this.effects += other.effects
    this.steps += other.steps
  }

  totals(): Totals {
    const { crashes, faults, effects, steps } = this
    return {
      crashes,
      faults,
      effects,
      steps,
      pairs: Object.fromEntries(this.pairs),
      people: Object.fromEntries(this.people),
    }
  }
}

/** As a worker sends it. */
export interface Totals {
  readonly pairs: Readonly<Record<string, number>>
  readonly people: Readonly<Record<string, number>>
  readonly crashes: number
  readonly faults: number
  readonly effects: number
  readonly steps: number
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count)
}
