/** What a dispatcher may have seen of a forge for one decision: everything from one moment to another, each fact as of any of them. */
import type { Site } from '../forge/site.js'
import type { Truth } from '../truth.js'

interface Ground {
  readonly truth: Truth
  readonly site: Site
}

interface Decision {
  readonly process: number
  /** The host's clock at its beginning. */
  readonly at: number
  /** When it took effect. */
  readonly seq: number
}

export class Glimpse {
  readonly #moments: readonly number[]
  /** True time at which it began: epoch milliseconds. */
  readonly seenAt: number

  /**
   * @param isFor a claim: then what has to hold must have held at some moment, so that it was seen. Else a refusal: what is
   * to be wrong must have been wrong at some moment, so what has to hold is asked of all of them.
   */
  constructor(
    { truth, site }: Ground,
    { process, at, seq }: Decision,
    readonly isFor: 'claim' | 'refusal',
  ) {
    const clock = truth.clockReads.get(process)?.find((read) => read.value === at && read.seq < seq)
    const began = clock?.seq ?? 0
    this.seenAt = clock?.time ?? 0
    const looks = site.looks.filter((look) => look.process === process && look.seq >= began && look.seq <= seq)
    const from = Math.min(began, ...looks.map(({ asOf }) => asOf))
    this.#moments = site.momentsBetween(from, seq)
  }

  /** Does it count as true of what has to hold? */
  holds(at: (moment: number) => boolean): boolean {
    return this.isFor === 'claim' ? this.#moments.some(at) : this.#moments.every(at)
  }

  /** Was it so at any moment? */
  ever(at: (moment: number) => boolean): boolean {
    return this.#moments.some(at)
  }
}
