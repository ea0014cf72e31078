/** Turns a forge that cannot answer into a fact: what hangs on it is asked again, and nothing is assumed (law 2). */
import { ForgeError } from '../../lib/forge/port.js'
import type { ForgeFault, Learned } from '../../vault/forge/fact.js'

/** Faults of the whole forge: after one, nothing more is asked in the same tick. */
const OF_ALL = new Set<ForgeFault['reason']>(['forge_unreachable', 'forge_rate_limited', 'forge_unauthorized'])

/** Asks the forge within one tick. */
export class Learner {
  #down: ForgeFault | null = null

  /** @param now epoch milliseconds */
  constructor(readonly now: number) {}

  /** Without this, nothing that the forge says can be judged: nothing more is asked in this tick. */
  giveUp(fault: ForgeFault): void {
    this.#down = fault
  }

  async learn<T>(ask: () => Promise<T>): Promise<Learned<T>> {
    if (this.#down !== null) return { ok: false, fault: this.#down }
    try {
      return { ok: true, value: await ask() }
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error
      if (OF_ALL.has(error.fault.reason)) this.#down = error.fault
      return { ok: false, fault: error.fault }
    }
  }
}
