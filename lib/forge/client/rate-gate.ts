import { ForgeError } from '../port.js'

/** Shut while the forge limits the rate: asking all the same makes the limit longer, and may lock the account out. */
export class RateGate {
  #shut: { readonly since: number; readonly until: number } | null = null

  constructor(readonly now: () => number) {}

  shutUntil(until: number): void {
    if (until > (this.#shut?.until ?? Number.NEGATIVE_INFINITY)) this.#shut = { since: this.now(), until }
  }

  /** @throws ForgeError `forge_rate_limited` while it is shut */
  pass(): void {
    if (this.#shut === null) return
    const { since, until } = this.#shut
    const now = this.now()
    // A clock that was set back would keep it shut for long: better one question too early.
    if (now >= until || now < since) {
      this.#shut = null
      return
    }
    throw new ForgeError({ reason: 'forge_rate_limited', detail: 'not asked: the forge limits the rate' }, until)
  }
}
