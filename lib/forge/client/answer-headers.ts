/** As Octokit hands them over: names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | number | undefined>>

export function headerText(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name]
  return value === undefined ? null : String(value)
}

/** A count or time in a header; null where there is none that could be one. */
export function headerNumber(headers: AnswerHeaders, name: string): number | null {
  const text = headerText(headers, name)
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** Epoch milliseconds of the server's clock when it answered; null: it does not say. */
export function serverTime(headers: AnswerHeaders): number | null {
  const at = Date.parse(headerText(headers, 'date') ?? '')
  return Number.isNaN(at) ? null : at
}

/** It is data, and not a page for people from something that stands before the forge. */
export function isJson(headers: AnswerHeaders): boolean {
  return /^application\/([a-z0-9.+-]+\+)?json\b/i.test(headerText(headers, 'content-type') ?? '')
}

/** The Link header tells of a next page. Its URL is never followed: Forgejo builds it from a name that may not be ours. */
export function linksToNext(headers: AnswerHeaders): boolean {
  return /;\s*rel="?next"?/i.test(headerText(headers, 'link') ?? '')
}
