import { z } from 'zod'
import { headerNumber, serverTime } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import type { ListingPage, ListingSource } from '../listing/listing-source.js'
import { forgejoPull } from './pull-wire.js'

/** A pull request that Forgejo failed to write out is null in its list, and then the list is malformed: it may be any. */
const PULLS = z.array(forgejoPull)

/**
 * Forgejo filters neither by head nor by base, pages by `limit`, and calls its orders `recentupdate` and `oldest`. Pages
 * are asked for by number: its Link header names a server that may not be the one we reach.
 */
export function forgejoPulls(client: ForgeClient): ListingSource {
  const page = async (parameters: Readonly<Record<string, unknown>>): Promise<ListingPage> => {
    const { value, headers } = await client.ask('GET /repos/{owner}/{repo}/pulls', PULLS, parameters)
    return {
      entries: value.map((pull) => ({
        number: pull.number,
        updatedAt: pull.updatedAt,
        open: pull.state === 'open' ? pull : null,
      })),
      total: headerNumber(headers, 'x-total-count'),
      hasNext: null,
      serverTime: serverTime(headers),
    }
  }
  return {
    recent: (number, limit) => page({ state: 'all', sort: 'recentupdate', page: number, limit }),
    open: (number, limit) => page({ state: 'open', sort: 'oldest', page: number, limit }),
  }
}
