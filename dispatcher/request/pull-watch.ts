/** What became of the pull request of a request that is waited for: looked at now and then, since each look is a question to the forge. */
import { ForgeError, type ForgeReader } from '../../lib/forge/port.js'

const FIRST_LOOK_MS = 5_000
const LOOK_EVERY_MS = 15_000

export class PullWatch {
  #nextAt: number

  constructor(
    private readonly forge: Pick<ForgeReader, 'pull'>,
    private readonly number: number,
    private readonly now: () => number,
  ) {
    this.#nextAt = now() + FIRST_LOOK_MS
  }

  /** It was closed and not merged. False also where it is not known now. */
  async isClosed(): Promise<boolean> {
    if (this.now() < this.#nextAt) return false
    this.#nextAt = this.now() + LOOK_EVERY_MS
    try {
      const { state, merged } = await this.forge.pull(this.number)
      return state === 'closed' && !merged
    } catch (error) {
      if (error instanceof ForgeError) return false
      throw error
    }
  }
}
