import { malformed } from '../client/parse-answer.js'
import type { ListedPull, ListingPage, ListingSource } from './listing-source.js'

export interface OpenListing {
  readonly entries: readonly ListedPull[]
  readonly pages: number
  /** There are more than are read (law 11). */
  readonly truncated: boolean
}

const ROUTE = 'GET /repos/{owner}/{repo}/pulls'
const ATTEMPTS = 3

/**
 * All open ones, page by page. Something closed between two pages moves another one over the edge, unseen: where the
 * count does not come out, it is read again.
 * @throws ForgeError where it never comes out, or a page is empty that must not be
 */
export async function listOpen(source: ListingSource, items: number, mostPages: number): Promise<OpenListing> {
  for (let attempt = 1; ; attempt += 1) {
    const listing = await readOnce(source, items, mostPages)
    if (listing !== null) return listing
    if (attempt === ATTEMPTS) throw malformed(ROUTE, 'the list is not as long as it says')
  }
}

async function readOnce(source: ListingSource, items: number, mostPages: number): Promise<OpenListing | null> {
  const entries = new Map<number, ListedPull>()
  let read = 0
  for (let page = 1; ; page += 1) {
    const answer = await source.open(page, items)
    for (const entry of answer.entries) entries.set(entry.number, entry)
    read += answer.entries.length
    if (!hasMore(answer, read, ROUTE)) {
      const isWhole = answer.total === null || entries.size === answer.total
      return isWhole ? { entries: [...entries.values()], pages: page, truncated: false } : null
    }
    if (page === mostPages) return { entries: [...entries.values()], pages: page, truncated: true }
  }
}

/**
 * @param read how many were read up to here
 * @throws ForgeError where there is more, but the page is empty: a reader would go on for ever, or miss the rest
 */
export function hasMore(page: ListingPage, read: number, route: string): boolean {
  const more = page.hasNext ?? (page.total === null ? page.entries.length > 0 : read < page.total)
  if (more && page.entries.length === 0) throw malformed(route, 'an empty page, where there is more')
  return more
}
