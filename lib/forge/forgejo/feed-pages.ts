/** A repository's activity, newest first, page by page; each page is asked for once, and no more of them than the limit. */
import { headerNumber } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import { ForgeError } from '../port.js'
import { type FeedLine, forgejoFeed } from './feed-wire.js'

export const FEED_ROUTE = 'GET /repos/{owner}/{repo}/activities/feeds'

export interface FeedLimits {
  readonly pageItems: number
  readonly feedPages: number
}

export class FeedPages {
  readonly #pages = new Map<number, readonly FeedLine[]>()
  #last = 1

  constructor(
    readonly client: ForgeClient,
    readonly repo: string,
    readonly limits: FeedLimits,
  ) {}

  /** The number of the last page, as the first one told. */
  get last(): number {
    return this.#last
  }

  /** Of all pages that were read, newest first. What happens meanwhile moves lines to the next page, where they come again. */
  lines(): readonly FeedLine[] {
    const all = [...this.#pages].sort(([left], [right]) => left - right).flatMap(([, lines]) => lines)
    return [...new Map(all.map((line) => [line.id, line])).values()]
  }

  /** @returns null: it is not to be had, or there were enough */
  async read(number: number): Promise<readonly FeedLine[] | null> {
    const known = this.#pages.get(number)
    if (known !== undefined) return known
    if (this.#pages.size >= this.limits.feedPages) return null
    const answer = await this.#ask(number)
    if (answer === null) return null
    this.#pages.set(number, answer.lines)
    // A server may give fewer lines than it is asked for.
    if (number === 1) this.#last = Math.ceil((answer.total ?? answer.lines.length) / Math.max(answer.lines.length, 1))
    return answer.lines
  }

  async #ask(page: number): Promise<{ readonly lines: readonly FeedLine[]; readonly total: number | null } | null> {
    const [owner, repo] = this.repo.split('/')
    try {
      const question = { page, limit: this.limits.pageItems, owner, repo }
      const { value, headers } = await this.client.ask(FEED_ROUTE, forgejoFeed, question)
      return { lines: value, total: headerNumber(headers, 'x-total-count') }
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error
      if (error.fault.reason === 'forge_missing' || error.fault.reason === 'forge_forbidden') return null
      throw error
    }
  }
}
