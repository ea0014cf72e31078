import { RequestError } from '@octokit/request-error'
import type { ForgeFaultReason } from '../../../vault/forge/fact.js'
import { ForgeError } from '../port.js'
import { type AnswerHeaders, isJson } from './answer-headers.js'
import { type RateLimits, retryAt } from './retry-at.js'
import { brokenConnection, TransportFault } from './transport-fault.js'

/** Says nothing of what the server said: its words could hold a token, or be meant for a reader of ours. */
export function describeFault(error: unknown, route: string, now: number, limits: RateLimits): ForgeError {
  if (error instanceof ForgeError) return error
  if (!(error instanceof RequestError) || error.response === undefined) {
    return fault('forge_unreachable', `${route}: ${transportFault(error).message}`)
  }
  const { status, headers, data } = error.response
  const limited = rateLimit(status, headers, data, now, limits)
  if (limited !== null) return fault('forge_rate_limited', `${route}: HTTP ${status}`, status, limited)
  return fault(reasonOf(status, headers), `${route}: HTTP ${status}`, status, retryAt(headers, now, limits))
}

function fault(
  reason: ForgeFaultReason,
  detail: string,
  status: number | null = null,
  at: number | null = null,
): ForgeError {
  return new ForgeError({ reason, detail }, at, status)
}

function transportFault(error: unknown): TransportFault {
  const cause = error instanceof RequestError ? error.cause : error
  return cause instanceof TransportFault ? cause : brokenConnection(cause)
}

/** Until when; null: it is no limit of the rate. GitHub's second kind comes as 403, at times without any header. */
function rateLimit(
  status: number,
  headers: AnswerHeaders,
  data: unknown,
  now: number,
  limits: RateLimits,
): number | null {
  if (status !== 403 && status !== 429) return null
  const at = retryAt(headers, now, limits)
  if (at !== null) return at
  return status === 429 || isSecondaryLimit(data) ? now + limits.rateDefaultMs : null
}

function isSecondaryLimit(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('message' in data)) return false
  return /\bsecondary rate limit\b|\babuse detection\b/i.test(String(data.message))
}

function reasonOf(status: number, headers: AnswerHeaders): ForgeFaultReason {
  if (status === 401) return 'forge_unauthorized'
  // A page for people says that something else answered: the thing may well exist.
  if (status === 404) return isJson(headers) ? 'forge_missing' : 'forge_unreachable'
  if (status === 410) return 'forge_missing'
  if (status >= 500 || status === 408 || status < 400) return 'forge_unreachable'
  return 'forge_forbidden'
}
