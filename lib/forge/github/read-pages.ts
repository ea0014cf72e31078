import type { z } from 'zod'
import { linksToNext } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import { malformed } from '../client/parse-answer.js'

export interface PageLimits {
  readonly pages: number
}

/** GitHub's most. */
const PAGE_ITEMS = 100

/**
 * A list, whole, by number of page. The Link header says whether there is a next one.
 * @throws ForgeError where a page is empty that must not be, or there are more than are read
 */
export async function readPages<Item>(
  client: ForgeClient,
  route: string,
  schema: z.ZodType<readonly Item[]>,
  parameters: Readonly<Record<string, unknown>>,
  limits: PageLimits,
): Promise<readonly Item[]> {
  const items: Item[] = []
  for (let page = 1; page <= limits.pages; page += 1) {
    const { value, headers } = await client.ask(route, schema, { ...parameters, per_page: PAGE_ITEMS, page })
    items.push(...value)
    if (!linksToNext(headers)) return items
    if (value.length === 0) throw malformed(route, 'an empty page, where there is more')
  }
  throw malformed(route, 'more pages than are read')
}

/** A list that grows while it is read shows an entry on two pages. */
export function withoutDoubles<Item extends { readonly id: number }>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}
