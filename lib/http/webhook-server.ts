/**
 * Where a forge may wake the dispatcher, and where others may ask whether it lives. A delivery says nothing that is
 * believed: the tick reads the truth itself, so a forged, replayed or lost one changes only when it looks.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HTTP_LIMITS, type HttpLimits } from './http-limits.js'
import { MinuteCounter } from './minute-counter.js'
import { readBody } from './read-body.js'
import { isSigned } from './signature.js'

export interface Health {
  readonly ok: boolean
  /** Null: no tick has succeeded yet. */
  readonly lastTickAgeMs: number | null
}

export interface WebhookServerOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly secret: string
  readonly wake: () => void
  readonly health: () => Health
  readonly now: () => number
  /** Refusals, and faults that nobody outside is told of. Never a body or a header. */
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

export interface WebhookServer {
  /** `http://host:port` */
  readonly url: string
  close(): Promise<void>
}

/** Rejects where the secret is empty: everybody knows the digest of an empty one; and where the address is taken. */
export async function startWebhookServer(
  options: WebhookServerOptions,
  limits: Partial<HttpLimits> = {},
): Promise<WebhookServer> {
  if (options.secret === '') throw new TypeError('a webhook needs a secret')
  const all = { ...HTTP_LIMITS, ...limits }
  const door = new Door(options, all)
  const server = createServer(
    {
      maxHeaderSize: all.headerBytes,
      headersTimeout: all.headersMs,
      requestTimeout: all.requestMs,
      keepAliveTimeout: all.keepAliveMs,
      connectionsCheckingInterval: all.checkMs,
    },
    (request, response) => void door.answer(request, response),
  )
  server.maxConnections = all.connections
  await listen(server, options)
  const { address, family, port } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, { host, port }: WebhookServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

type Said = readonly [status: number, body: Readonly<Record<string, unknown>>]

const NOT_FOUND: Said = [404, { error: 'not_found' }]
const TOO_MANY: Said = [429, { error: 'too_many_requests' }]

class Door {
  readonly #requests: MinuteCounter
  readonly #failures: MinuteCounter

  constructor(
    private readonly options: WebhookServerOptions,
    private readonly limits: HttpLimits,
  ) {
    const { requestsPerMinute, failuresPerMinute, addresses } = limits
    this.#requests = new MinuteCounter(requestsPerMinute, addresses, options.now)
    this.#failures = new MinuteCounter(failuresPerMinute, addresses, options.now)
  }

  /** Never rejects, and tells nobody outside why something failed. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      say(request, response, await this.#judge(request))
    } catch (error) {
      this.options.log('a request of the webhook endpoint failed', { error })
      if (!response.headersSent) say(request, response, [500, { error: 'internal' }])
    }
  }

  async #judge(request: IncomingMessage): Promise<Said> {
    const { url = '', method = '' } = request
    const [path] = url.split('?', 1)
    // Compared as it came: nothing is decoded or resolved, so no other spelling leads here.
    if (path === '/healthz') return method === 'GET' || method === 'HEAD' ? this.#health() : notAllowed('GET')
    if (path !== '/webhook') return NOT_FOUND
    return method === 'POST' ? this.#webhook(request) : notAllowed('POST')
  }

  #health(): Said {
    const { ok, lastTickAgeMs } = this.options.health()
    const age = lastTickAgeMs === null ? null : Math.round(lastTickAgeMs / 1_000)
    return [ok ? 200 : 503, { ok, last_tick_age_s: age }]
  }

  async #webhook(request: IncomingMessage): Promise<Said> {
    const address = request.socket.remoteAddress ?? ''
    if (this.#failures.isSpent(address) || this.#requests.isSpent(address)) return TOO_MANY
    this.#requests.add(address)
    const body = await readBody(request, this.limits.bodyBytes)
    if (body === null) return [413, { error: 'too_large' }]
    if (!isSigned(body, request.headers, this.options.secret)) {
      this.#failures.add(address)
      this.options.log('a webhook without our signature was refused', { address })
      return [401, { error: 'bad_signature' }]
    }
    this.options.wake()
    return [202, { ok: true }]
  }
}

function notAllowed(allow: string): Said {
  return [405, { error: 'method_not_allowed', allow }]
}

/** Closes the connection where there is more to come that nobody reads. */
function say(request: IncomingMessage, response: ServerResponse, [status, body]: Said): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 405 ? { Allow: String(body['allow']) } : {}),
    ...(request.complete ? {} : { Connection: 'close' }),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}
