/** fetch as it is safe with a token and a server that nobody vouches for: bounded in time and bytes, at home on one server. */
import { readBody } from './read-body.js'
import { brokenConnection, givenUp, TransportFault } from './transport-fault.js'

export interface FetchLimits {
  readonly attemptMs: number
  readonly questionMs: number
  readonly answerBytes: number
  readonly redirects: number
}

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/**
 * For one question: the time of all its attempts together is bounded, from when the first one starts.
 * @param stop ends all of them
 * @throws TransportFault where there is no whole answer
 */
export function guardedFetch(limits: FetchLimits, stop?: AbortSignal): Fetch {
  let whole: AbortSignal | undefined
  return async (url, init = {}) => {
    whole ??= AbortSignal.timeout(limits.questionMs)
    // Listens by itself: a signal that lives as long as the process would remember each that `any` makes of it.
    const stopped = new AbortController()
    const end = () => stopped.abort()
    const signals = [whole, AbortSignal.timeout(limits.attemptMs), stopped.signal]
    if (init.signal) signals.push(init.signal)
    stop?.addEventListener('abort', end)
    try {
      if (stop?.aborted === true) throw givenUp()
      return await attempt(url, { ...init, signal: AbortSignal.any(signals) }, limits)
    } catch (error) {
      if (stop?.aborted === true) throw givenUp()
      throw error instanceof TransportFault ? error : brokenConnection(error)
    } finally {
      stop?.removeEventListener('abort', end)
    }
  }
}

async function attempt(url: string, init: RequestInit, limits: FetchLimits): Promise<Response> {
  let at = url
  for (let hops = 0; ; hops += 1) {
    const response = await fetch(at, { ...init, redirect: 'manual' })
    const next = redirection(response, at, init.method ?? 'GET')
    if (next === null) return wholeResponse(response, limits.answerBytes)
    await response.body?.cancel()
    if (hops >= limits.redirects) throw new TransportFault('it redirects in circles', true)
    at = next
  }
}

/**
 * Where it sends us; null: nowhere. The token goes to no other server, and not from https to http, and a write is not
 * turned into a reading.
 */
function redirection(response: Response, from: string, method: string): string | null {
  const { status } = response
  if (![301, 302, 303, 307, 308].includes(status)) return null
  const location = response.headers.get('location') ?? ''
  const to = URL.canParse(location, from) ? new URL(location, from) : null
  if (to === null || to.origin !== new URL(from).origin) {
    throw new TransportFault('it redirects to another server, which is not followed', true)
  }
  if (method !== 'GET' && status !== 307 && status !== 308) {
    throw new TransportFault('it redirects a write, which is not followed', true)
  }
  return to.href
}

async function wholeResponse(response: Response, mostBytes: number): Promise<Response> {
  const { status, statusText, headers } = response
  const hasBody = ![204, 205, 304].includes(status)
  const body = await readBody(response, mostBytes)
  return new Response(hasBody ? body : null, { status, statusText, headers: plainHeaders(headers) })
}

/** The body is unpacked already, and its length another. */
function plainHeaders(headers: Headers): Headers {
  const plain = new Headers(headers)
  plain.delete('content-encoding')
  plain.delete('content-length')
  return plain
}
