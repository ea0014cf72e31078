import type { z } from 'zod'
import { headerNumber } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import { malformed } from '../client/parse-answer.js'

export interface WholeLimits {
  readonly pageItems: number
  readonly pages: number
}

/** Forgejo's smallest usual page: what is shorter was not cut. */
const LEAST_PAGE = 30

/**
 * A list of one issue, whole. Asked without `page`, Forgejo gives all of it (models/issues: paging is `if Page > 0`). That
 * is better than paging: its pages are cut before it drops what the reader may not see, so anybody can fill one with
 * references from a private repository, and an empty page is not the end. Whether a server cuts all the same shows by
 * asking for a page: then it holds what the whole list lacks, and the list is read by pages.
 * @throws ForgeError where there is more than is read
 */
export async function readWhole<Item extends { readonly id: number }>(
  client: ForgeClient,
  route: string,
  schema: z.ZodType<readonly Item[]>,
  parameters: Readonly<Record<string, unknown>>,
  limits: WholeLimits,
): Promise<readonly Item[]> {
  const { value: whole, headers } = await client.ask(route, schema, parameters)
  const total = headerNumber(headers, 'x-total-count')
  if (whole.length >= limits.pageItems * limits.pages) throw malformed(route, 'more entries than are read')
  if (whole.length < LEAST_PAGE && (total === null || whole.length >= total)) return whole
  const known = new Set(whole.map(({ id }) => id))
  const second = await client.ask(route, schema, { ...parameters, page: 2, limit: LEAST_PAGE })
  const isCut = second.value.some(({ id }) => !known.has(id))
  return isCut ? readPages(client, route, schema, parameters, limits) : whole
}

async function readPages<Item extends { readonly id: number }>(
  client: ForgeClient,
  route: string,
  schema: z.ZodType<readonly Item[]>,
  parameters: Readonly<Record<string, unknown>>,
  { pageItems, pages }: WholeLimits,
): Promise<readonly Item[]> {
  const items = new Map<number, Item>()
  for (let page = 1; page <= pages; page += 1) {
    const { value } = await client.ask(route, schema, { ...parameters, page, limit: pageItems })
    if (value.length === 0) return [...items.values()]
    for (const item of value) items.set(item.id, item)
  }
  throw malformed(route, 'more pages than are read')
}
