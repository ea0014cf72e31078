/** The open pull requests, kept up to date by what changed: one question where nothing did, whatever lies closed. */
import type { PullFact } from '../../../vault/forge/fact.js'
import { KnownPulls } from './known-pulls.js'
import { hasMore, listOpen } from './list-open.js'
import type { ListedPull, ListingPage, ListingSource } from './listing-source.js'

export interface ListingLimits {
  readonly pageItems: number
  readonly probeItems: number
  readonly pages: number
  readonly overlapMs: number
  readonly relistMs: number
  readonly closedRemembered: number
}

export interface Listing {
  readonly pulls: readonly PullFact[]
  readonly truncated: boolean
}

/** Where reading back ended: `whole` up to what is known, or it cannot be told and all open ones are to be listed. */
type CaughtUp = { readonly kind: 'whole'; readonly hasClosed: boolean } | { readonly kind: 'unsure' }

const ROUTE = 'GET /repos/{owner}/{repo}/pulls'
const RELIST_ATTEMPTS = 3
/** Of the times of both forges. */
const RESOLUTION_MS = 1000

export class PullListing {
  readonly #known: KnownPulls
  /** Time of the last update seen, by the forge's clock. */
  #cursor = Number.NEGATIVE_INFINITY
  /** Up to here everything was read at a time when nothing more could be added. */
  #settled = Number.NEGATIVE_INFINITY
  /** Of the first entries, when everything behind them was known. */
  #lastProbe: string | null = null
  #listedAt: number | null = null
  #truncated = false
  #running: Promise<Listing> | null = null

  constructor(
    readonly source: ListingSource,
    readonly now: () => number,
    readonly limits: ListingLimits,
  ) {
    this.#known = new KnownPulls(limits.closedRemembered)
  }

  /** @throws ForgeError; what was known stays, and the next call goes on from there */
  read(): Promise<Listing> {
    this.#running ??= this.#read().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #read(): Promise<Listing> {
    if (this.#isDue() || (await this.#catchUp()).kind === 'unsure') await this.#relist()
    const pulls = [...this.#known.open.values()].sort((left, right) => left.number - right.number)
    const most = this.limits.pages * this.limits.pageItems
    return { pulls: pulls.slice(0, most), truncated: this.#truncated || pulls.length > most }
  }

  #isDue(): boolean {
    if (this.#listedAt === null) return true
    const age = this.now() - this.#listedAt
    return age < 0 || age >= this.limits.relistMs
  }

  /** First a small page: most often it says that nothing changed. */
  async #catchUp(): Promise<CaughtUp> {
    const { probeItems, pageItems, pages } = this.limits
    const probe = await this.source.recent(1, probeItems)
    if (newest(probe.entries) < this.#cursor || !isInOrder(probe.entries)) return { kind: 'unsure' }
    if (this.#reachesBack(probe, probe.entries.length) || this.#isUnchanged(probe)) {
      return this.#take(probe.entries, probe)
    }
    const entries: ListedPull[] = []
    for (let page = 1; page <= pages; page += 1) {
      const answer = await this.source.recent(page, pageItems)
      if (!isInOrder(answer.entries)) return { kind: 'unsure' }
      entries.push(...answer.entries)
      if (this.#reachesBack(answer, entries.length)) return this.#take(entries, probe)
    }
    return { kind: 'unsure' }
  }

  #reachesBack(page: ListingPage, read: number): boolean {
    if (!hasMore(page, read, ROUTE)) return true
    const bound = Math.max(this.#settled, this.#cursor - this.limits.overlapMs)
    return page.entries.some(({ updatedAt }) => updatedAt <= bound)
  }

  /**
   * The same page as last time: what is updated comes to its top. Except in the second of the last update, where it may
   * stand anywhere among those of that second.
   */
  #isUnchanged({ entries, serverTime }: ListingPage): boolean {
    if (this.#lastProbe !== fingerprint(entries)) return false
    const last = entries.at(-1)?.updatedAt ?? Number.NEGATIVE_INFINITY
    return last < this.#cursor || (serverTime !== null && serverTime - this.#cursor >= RESOLUTION_MS)
  }

  /** @param first the page that was read first: what it does not show was not there yet */
  #take(entries: readonly ListedPull[], first: ListingPage): CaughtUp {
    // The oldest first: a page that moved meanwhile shows one twice.
    const closed = entries.toReversed().filter((entry) => this.#known.take(entry))
    this.#cursor = Math.max(this.#cursor, newest(entries))
    this.#lastProbe = fingerprint(entries.slice(0, this.limits.probeItems))
    const age = first.serverTime === null ? 0 : first.serverTime - this.#cursor
    if (age > this.limits.overlapMs) this.#settled = this.#cursor
    return { kind: 'whole', hasClosed: closed.length > 0 }
  }

  /**
   * All open ones. What closed while several pages were read moved others over an edge: it shows among what was updated
   * since, and then they are read again.
   */
  async #relist(): Promise<void> {
    const { pageItems, probeItems, pages } = this.limits
    for (let attempt = 1; attempt <= RELIST_ATTEMPTS; attempt += 1) {
      const probe = await this.source.recent(1, probeItems)
      const listing = await listOpen(this.source, pageItems, pages)
      this.#known.replace(listing.entries, Math.max(this.#asOf(probe), newest(listing.entries)))
      this.#truncated = listing.truncated
      this.#cursor = newest(probe.entries)
      this.#settled = Number.NEGATIVE_INFINITY
      this.#lastProbe = fingerprint(probe.entries)
      this.#listedAt = this.now()
      if (listing.pages === 1) return
      const since = await this.#catchUp()
      if (since.kind === 'whole' && !since.hasClosed) return
    }
    this.#listedAt = null
  }

  /**
   * A list knows of what is not newer than the newest in it. A replica does not lag for longer than a relisting waits:
   * what is missing then was deleted.
   */
  #asOf(probe: ListingPage): number {
    if (probe.entries.length === 0) return Number.POSITIVE_INFINITY
    const lag = probe.serverTime === null ? Number.NEGATIVE_INFINITY : probe.serverTime - this.limits.relistMs
    return Math.max(newest(probe.entries), lag)
  }
}

function newest(entries: readonly ListedPull[]): number {
  return entries.reduce((most, { updatedAt }) => Math.max(most, updatedAt), Number.NEGATIVE_INFINITY)
}

function fingerprint(entries: readonly ListedPull[]): string {
  return entries.map(({ number, updatedAt, open }) => `${number} ${updatedAt} ${open !== null}`).join('\n')
}

/** A forge that does not know the order asked for answers in another one: then nothing can be concluded from a page. */
function isInOrder(entries: readonly ListedPull[]): boolean {
  return entries.every((entry, index) => index === 0 || entry.updatedAt <= (entries[index - 1]?.updatedAt ?? 0))
}
