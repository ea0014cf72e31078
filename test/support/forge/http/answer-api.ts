/** From a request to the answer of the dialect. */
import type { IncomingMessage } from 'node:http'
import { type Caller, callerOf } from '../site/accounts.js'
import { Refusal } from '../site/refusal.js'
import type { Site } from '../site/state.js'
import { type Answer, Call } from './call.js'
import type { Dialect } from './dialect.js'
import type { Match } from './router.js'

export interface Asked {
  readonly method: string
  readonly url: URL
  /** Below the root of the API; null: not of the API. */
  readonly path: string | null
  readonly match: Match | null
}

export function findRoute(dialect: Dialect, request: IncomingMessage, base: string): Asked {
  const url = new URL(request.url ?? '/', base)
  const method = request.method ?? 'GET'
  for (const root of dialect.roots) {
    if (!url.pathname.startsWith(`${root}/`)) continue
    const path = url.pathname.slice(root.length)
    const match = dialect.router.find(method, path)
    if (match !== null) return { method, url, path, match }
  }
  const isApi = dialect.roots.some((root) => url.pathname.startsWith(`${root}/`))
  return { method, url, path: isApi ? url.pathname : null, match: null }
}

export async function answerApi(
  site: Site,
  dialect: Dialect,
  asked: Asked,
  request: IncomingMessage,
  raw: Buffer,
): Promise<Answer> {
  try {
    if (asked.match === null) {
      if (site.kind === 'forgejo') return { status: 404, body: '404 page not found\n' }
      throw new Refusal(404, 'Not Found')
    }
    const caller = callerOf(site, request.headers.authorization)
    if (caller === 'wrong')
      throw new Refusal(401, site.kind === 'github' ? 'Bad credentials' : 'user does not exist [uid: 0, name: ]')
    const call = makeCall(site, asked, asked.match, request, raw, caller === 'nobody' ? null : caller)
    dialect.requireScope(call, asked.path ?? '')
    return dialect.dress(call, await asked.match.handler(call))
  } catch (error) {
    if (error instanceof Refusal) return dialect.refuse(error, site)
    return { status: 500, body: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) } }
  }
}

function makeCall(
  site: Site,
  asked: Asked,
  match: Match,
  request: IncomingMessage,
  raw: Buffer,
  caller: Caller | null,
): Call {
  return new Call(site, asked.method, asked.url, match.params, request.headers, parseBody(raw), caller)
}

function parseBody(raw: Buffer): Readonly<Record<string, unknown>> {
  if (raw.length === 0) return {}
  try {
    const body: unknown = JSON.parse(raw.toString())
    if (Array.isArray(body)) return { labels: body }
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}
