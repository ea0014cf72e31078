/**
 * Runs whose outcome an earlier process brought to main, and which it did not come to forget: it was killed in between, or
 * never heard that the outcome arrived. Of a second run that was never noted only its mark is left.
 * Each start looks once, after it has seen main.
 */
import type { Snapshot } from '../../vault/plan/snapshot.js'
import type { NotedClaims, NotedRuns } from './noted-claims.js'

export class LeftRuns {
  #left: readonly string[]

  constructor(
    left: readonly string[],
    private readonly runs: NotedRuns,
    private readonly noted: Pick<NotedClaims, 'has'>,
  ) {
    this.#left = left
  }

  /** What is in flight will be recorded, and forgotten then. What was only noted may have a claim that is on its way; else another instance took it over. */
  async tidy({
    freeze,
    claims,
    hasUnreadClaims,
  }: Pick<Snapshot, 'freeze' | 'claims' | 'hasUnreadClaims'>): Promise<void> {
    // A main that cannot be trusted, or read in whole, does not say that a claim has ended.
    if (this.#left.length === 0 || freeze !== null || hasUnreadClaims === true) return
    const inFlight = new Set(claims.map(({ intent }) => intent.nonce))
    const gone = this.#left.filter((nonce) => !inFlight.has(nonce))
    this.#left = []
    for (const nonce of gone) {
      const { kind } = await this.runs.state(nonce)
      // A second run is noted for a claim that was on main, so that it has ended.
      const isOver = kind === 'finished' || kind === 'lost' || kind === 'again'
      if (isOver || (kind === 'noted' && !(await this.noted.has(nonce)))) await this.runs.forget(nonce)
    }
  }
}
