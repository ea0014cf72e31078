import type { PullFact } from '../../../vault/forge/fact.js'
import { BoundedMap } from '../bounded-map.js'
import type { ListedPull } from './listing-source.js'

/**
 * The open pull requests as they are known. A list may be older than what was seen (a replica that lags): of two tellings
 * of one pull request the later counts, so that no closed one is opened again by an old list.
 */
export class KnownPulls {
  #open = new Map<number, PullFact>()
  /** Closed ones seen: number -> when they were updated. */
  readonly #closed: BoundedMap<number, number>

  constructor(closedRemembered: number) {
    this.#closed = new BoundedMap(closedRemembered)
  }

  get open(): ReadonlyMap<number, PullFact> {
    return this.#open
  }

  /** @returns true where it was known as open, and is closed */
  take(entry: ListedPull): boolean {
    if (this.#isOlder(entry)) return false
    if (entry.open === null) {
      this.#closed.set(entry.number, entry.updatedAt)
      return this.#open.delete(entry.number)
    }
    this.#closed.delete(entry.number)
    this.#open.set(entry.number, entry.open)
    return false
  }

  /** @param asOf the list shows nothing that was updated later than this: it cannot know of what is newer */
  replace(listed: readonly ListedPull[], asOf: number): void {
    const before = this.#open
    this.#open = new Map([...before].filter(([, pull]) => pull.updatedAt > asOf))
    for (const entry of listed) {
      const known = before.get(entry.number)
      if (known !== undefined && known.updatedAt > entry.updatedAt) this.#open.set(entry.number, known)
      else this.take(entry)
    }
  }

  #isOlder({ number, updatedAt }: ListedPull): boolean {
    const known = this.#open.get(number)?.updatedAt ?? this.#closed.get(number)
    return known !== undefined && updatedAt < known
  }
}
