/** The endpoint against forgers, floods and slow ones. Raw sockets where a well-behaved client would not do. */
import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HTTP_LIMITS, type HttpLimits } from '../../../lib/http/http-limits.js'
import { startWebhookServer, type WebhookServer } from '../../../lib/http/webhook-server.js'

const SECRET = 'the secret of both'
const BODY = JSON.stringify({ ref: 'refs/heads/main' })

let server: WebhookServer
let woken: number
let healthy: boolean
let now: number
let logged: string[]

async function start(limits: Partial<HttpLimits> = {}): Promise<void> {
  server = await startWebhookServer(
    {
      host: '127.0.0.1',
      port: 0,
      secret: SECRET,
      wake: () => {
        woken++
      },
      health: () => ({ ok: healthy, lastTickAgeMs: healthy ? 2_400 : null }),
      now: () => now,
      log: (message, fields) => logged.push(`${message} ${JSON.stringify(fields)}`),
    },
    limits,
  )
}

beforeEach(async () => {
  woken = 0
  healthy = true
  now = 0
  logged = []
  await start()
})
afterEach(() => server.close())

const digest = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex')
const github = (body: string, secret?: string) => ({ 'X-Hub-Signature-256': `sha256=${digest(body, secret)}` })

async function post(headers: Record<string, string>, body = BODY, path = '/webhook') {
  const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}

/** What a socket gets for these bytes, until it is closed; and after how long. */
function raw(text: string): Promise<{ readonly answer: string; readonly ms: number }> {
  const began = Date.now()
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('close', () => resolve({ answer, ms: Date.now() - began }))
    socket.on('error', reject)
  })
}

describe('a delivery that was signed', () => {
  it.each([
    ["GitHub's", github(BODY)],
    ["Forgejo's, bare", { 'X-Forgejo-Signature': digest(BODY) }],
    ["Gitea's, bare", { 'X-Gitea-Signature': digest(BODY) }],
    [
      'all that Forgejo sends',
      { ...github(BODY), 'X-Forgejo-Signature': digest(BODY), 'X-Gitea-Signature': digest(BODY) },
    ],
    ['in capitals', { 'X-Forgejo-Signature': digest(BODY).toUpperCase() }],
  ])('wakes: %s', async (_name, headers) => {
    expect(await post(headers)).toMatchObject({ status: 202 })
    expect(woken).toBe(1)
  })

  it('wakes again when it is replayed, and nothing more than that happens', async () => {
    for (let time = 0; time < 3; time++) expect(await post(github(BODY))).toMatchObject({ status: 202 })
    expect(woken).toBe(3)
  })

  it('is judged by its bytes: a blank that is added forges it', async () => {
    expect(await post(github(BODY), `${BODY} `)).toMatchObject({ status: 401 })
    expect(woken).toBe(0)
  })
})

describe('a delivery that was not', () => {
  it.each<[string, Record<string, string>]>([
    ['none', {}],
    ['of another secret', github(BODY, 'guess')],
    ['of an empty secret', github(BODY, '')],
    ['empty', { 'X-Hub-Signature-256': '' }],
    ['an empty digest', { 'X-Hub-Signature-256': 'sha256=' }],
    ['bare in the header of GitHub', { 'X-Hub-Signature-256': digest(BODY) }],
    ['with a prefix in the header of Forgejo', { 'X-Forgejo-Signature': `sha256=${digest(BODY)}` }],
    ['half of it', { 'X-Hub-Signature-256': github(BODY)['X-Hub-Signature-256'].slice(0, 39) }],
    ['by SHA-1, which is gone', { 'X-Hub-Signature': 'sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709' }],
    ['a right one beside a wrong one', { ...github(BODY), 'X-Gitea-Signature': digest(BODY, 'guess') }],
    ['twice in one header', { 'X-Forgejo-Signature': `${digest(BODY)}, ${digest(BODY)}` }],
  ])('wakes nobody: %s', async (_name, headers) => {
    expect(await post(headers)).toEqual({ status: 401, text: '{"error":"bad_signature"}\n' })
    expect(woken).toBe(0)
  })

  it('is not listened to any more after ten wrong ones in a minute, then again', async () => {
    for (let time = 0; time < HTTP_LIMITS.failuresPerMinute; time++) expect((await post({})).status).toBe(401)
    expect((await post(github(BODY))).status).toBe(429)
    now += 60_000
    expect((await post(github(BODY))).status).toBe(202)
  })
})

describe('floods', () => {
  it('refuses more deliveries than a forge sends', async () => {
    await server.close()
    await start({ requestsPerMinute: 3 })
    const seen = []
    for (let time = 0; time < 5; time++) seen.push((await post(github(BODY))).status)
    expect(seen).toEqual([202, 202, 202, 429, 429])
  })

  it('does not read a body of more than a MiB, said or not', async () => {
    const huge = 'x'.repeat(HTTP_LIMITS.bodyBytes + 1)
    expect((await raw(`POST /webhook HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n`)).answer).toMatch(
      /^HTTP\/1.1 413/,
    )
    const chunked = `POST /webhook HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${huge.length.toString(16)}\r\n${huge}`
    expect((await raw(chunked)).answer).toMatch(/^HTTP\/1.1 413/)
    expect(woken).toBe(0)
  })

  it.each([
    ['headers', 'POST /webhook HTTP/1.1\r\nHost: h\r\nX-Slow: '],
    ['body', 'POST /webhook HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{'],
  ])('lets nobody send slowly: %s', async (_what, begin) => {
    await server.close()
    await start({ headersMs: 200, requestMs: 400, checkMs: 50 })
    const { answer, ms } = await raw(begin)
    expect(answer).toMatch(/^HTTP\/1.1 4(?:08|13)|^$/)
    expect(ms).toBeLessThan(5_000)
  })

  it('refuses headers beyond 16 KiB', async () => {
    const { answer } = await raw(`GET /healthz HTTP/1.1\r\nHost: h\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 431/)
  })
})

describe('everything else', () => {
  it.each([
    '/',
    '/webhook/',
    '//webhook',
    '/webhook/../healthz',
    '/%77ebhook',
    '/healthz/../../etc/passwd',
    '/WEBHOOK',
    '/.git/config',
  ])('is not found: %s', async (path) => {
    const { answer } = await raw(`GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 404/)
    expect(answer).toMatch(/\{"error":"not_found"\}\n$/)
  })

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('takes no %s of a webhook', async (method) => {
    const { answer } = await raw(`${method} /webhook HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 405/)
    expect(answer).toMatch(/Allow: POST/)
    expect(woken).toBe(0)
  })

  it('is no HTTP: 400, without a trace of us', async () => {
    const { answer } = await raw('hello\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 400/)
    expect(answer).not.toMatch(/node_modules|\.ts|at /)
  })

  it('that throws inside is told the log alone', async () => {
    await server.close()
    server = await startWebhookServer({
      host: '127.0.0.1',
      port: 0,
      secret: SECRET,
      wake: () => {
        throw new Error('secret detail')
      },
      health: () => ({ ok: true, lastTickAgeMs: 0 }),
      now: () => 0,
      log: (message) => logged.push(message),
    })
    expect(await post(github(BODY))).toEqual({ status: 500, text: '{"error":"internal"}\n' })
    expect(logged).toEqual(['a request of the webhook endpoint failed'])
  })
})

describe('/healthz', () => {
  it('says how long ago the last tick was, and 503 when that is too long', async () => {
    const answer = await fetch(`${server.url}/healthz`)
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true, last_tick_age_s: 2 }])
    healthy = false
    const late = await fetch(`${server.url}/healthz?x=1`)
    expect([late.status, await late.json()]).toEqual([503, { ok: false, last_tick_age_s: null }])
    expect((await fetch(`${server.url}/healthz`, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`${server.url}/healthz`, { method: 'HEAD' })).status).toBe(503)
  })
})

describe('an empty secret', () => {
  it('starts nothing', async () => {
    const options = { host: '127.0.0.1', port: 0, secret: '', wake: () => {}, now: () => 0, log: () => {} }
    await expect(startWebhookServer({ ...options, health: () => ({ ok: true, lastTickAgeMs: 0 }) })).rejects.toThrow(
      'a webhook needs a secret',
    )
  })
})
