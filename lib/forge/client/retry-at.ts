import { type AnswerHeaders, headerNumber, headerText, serverTime } from './answer-headers.js'

export interface RateLimits {
  readonly rateDefaultMs: number
  readonly rateMostMs: number
}

/**
 * When the forge may be asked again after it limited the rate, in epoch milliseconds of our clock; null: it did not
 * limit. GitHub: Retry-After, else x-ratelimit-reset where nothing remains (docs, "rate limits for the REST API").
 */
export function retryAt(headers: AnswerHeaders, now: number, limits: RateLimits): number | null {
  const wait = retryAfter(headers, now) ?? untilReset(headers, now)
  return wait === null ? null : now + Math.min(Math.max(wait, 0), limits.rateMostMs)
}

/** Seconds, or a date of the server's clock. */
function retryAfter(headers: AnswerHeaders, now: number): number | null {
  const text = headerText(headers, 'retry-after')
  if (text === null) return null
  const seconds = headerNumber(headers, 'retry-after')
  if (seconds !== null) return seconds * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : date - (serverTime(headers) ?? now)
}

/** By the server's own clock, because ours may be wrong. One second more: the reset is cut to whole seconds. */
function untilReset(headers: AnswerHeaders, now: number): number | null {
  if (headerNumber(headers, 'x-ratelimit-remaining') !== 0) return null
  const reset = headerNumber(headers, 'x-ratelimit-reset')
  return reset === null ? null : reset * 1000 - (serverTime(headers) ?? now) + 1000
}
