/** One page of a list, by the words of each dialect. */
import type { Call } from './call.js'

export interface Page<T> {
  readonly items: readonly T[]
  readonly number: number
  readonly size: number
  readonly total: number
}

/** Forgejo: `limit`, 30, at most 50. GitHub: `per_page`, 30, at most 100. The other's word is ignored. */
export function pageOf<T>(call: Call, all: readonly T[]): Page<T> {
  const isGithub = call.site.kind === 'github'
  const asked = positive(call.url.searchParams.get(isGithub ? 'per_page' : 'limit'))
  const size = Math.min(asked ?? 30, isGithub ? 100 : 50)
  const number = positive(call.url.searchParams.get('page')) ?? 1
  return { items: all.slice((number - 1) * size, number * size), number, size, total: all.length }
}

/** Forgejo's reviews and timeline: whole where no page is named, whatever the `limit`. */
export function pageOrAll<T>(call: Call, all: readonly T[]): Page<T> {
  if (call.url.searchParams.has('page')) return pageOf(call, all)
  return { items: all, number: 1, size: Math.max(1, all.length), total: all.length }
}

const positive = (text: string | null): number | null =>
  text !== null && /^[1-9]\d*$/.test(text) ? Number(text) : null

/** Forgejo builds the addresses from its ROOT_URL, whatever name it was called by. */
export function linkHeader(call: Call, page: Page<unknown>): Readonly<Record<string, string>> {
  const last = Math.max(1, Math.ceil(page.total / page.size))
  const to = (number: number, rel: string) => {
    const query = new URLSearchParams(call.url.searchParams)
    query.set('page', String(number))
    return `<${call.site.url}${call.url.pathname}?${query.toString()}>; rel="${rel}"`
  }
  const links = [
    ...(page.number < last ? [to(page.number + 1, 'next'), to(last, 'last')] : []),
    ...(page.number > 1 ? [to(1, 'first'), to(page.number - 1, 'prev')] : []),
  ]
  return links.length === 0 ? {} : { Link: links.join(call.site.kind === 'github' ? ', ' : ',') }
}
