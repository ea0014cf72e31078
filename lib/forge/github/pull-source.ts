import { z } from 'zod'
import { headerText, linksToNext, serverTime } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import type { ListingPage, ListingSource } from '../listing/listing-source.js'
import { githubListedPull } from './pull-wire.js'

const ROUTE = 'GET /repos/{owner}/{repo}/pulls'
const PULLS = z.array(githubListedPull)

interface Kept {
  readonly tag: string | null
  readonly page: ListingPage
}

/** The first page of what changed is asked for by its tag: an authorised 304 costs nothing of GitHub's rate limit. */
export function githubPulls(client: ForgeClient): ListingSource {
  const kept = new Map<number, Kept>()

  const recent = async (page: number, items: number): Promise<ListingPage> => {
    const query = { state: 'all', sort: 'updated', direction: 'desc', per_page: items, page }
    if (page !== 1) return ask(client, query)
    const known = kept.get(items)
    const { value, headers } = await client.askAgain(ROUTE, PULLS, query, known?.tag ?? null)
    if (value === null && known !== undefined) return { ...known.page, serverTime: serverTime(headers) }
    const fresh = pageOf(value ?? [], headers)
    kept.set(items, { tag: headerText(headers, 'etag'), page: fresh })
    return fresh
  }

  return {
    recent,
    open: (page, items) => ask(client, { state: 'open', sort: 'created', direction: 'asc', per_page: items, page }),
  }
}

async function ask(client: ForgeClient, query: Readonly<Record<string, unknown>>): Promise<ListingPage> {
  const { value, headers } = await client.ask(ROUTE, PULLS, query)
  return pageOf(value, headers)
}

function pageOf(entries: ListingPage['entries'], headers: Parameters<typeof linksToNext>[0]): ListingPage {
  return { entries, total: null, hasNext: linksToNext(headers), serverTime: serverTime(headers) }
}
