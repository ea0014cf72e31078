/** What may go wrong between a forge and who asks it. */

export type Fault =
  /** This status instead; nothing happens. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Right headers, half of the body, then a reset. What was asked for is done. */
  | { readonly kind: 'cut' }
  /** Done, but the connection is reset before an answer. */
  | { readonly kind: 'lose_answer' }
  /** Reset before anything is done. */
  | { readonly kind: 'reset' }
  /** Never an answer; nothing happens. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** To another host, with the path. */
  | { readonly kind: 'redirect'; readonly to: string }
  /** JSON without end, of this many bytes. */
  | { readonly kind: 'flood'; readonly bytes: number }
  /** What was answered to the same path and page the time before; the first time, as it is. */
  | { readonly kind: 'replay' }
  /** The answer's JSON, changed. */
  | { readonly kind: 'change'; readonly change: (body: unknown) => unknown }

/** Which requests; all of what is given must hold. Without any, all of the API. */
export interface RequestMatch {
  readonly method?: string
  /** Of path and query. */
  readonly path?: RegExp
  /** Key of the route table, without the method: `/repos/:owner/:repo/pulls`. */
  readonly route?: string
}

/** `Object.keys` in words: one entry changed wherever it is, arrays and all. */
function everywhere(body: unknown, change: (object: Record<string, unknown>) => Record<string, unknown>): unknown {
  if (Array.isArray(body)) return body.map((each) => everywhere(each, change))
  if (typeof body !== 'object' || body === null) return body
  const inner = Object.entries(body).map(([key, value]) => [key, everywhere(value, change)])
  return change(Object.fromEntries(inner))
}

const listOnly = (change: (list: readonly unknown[]) => unknown) => (body: unknown) =>
  Array.isArray(body) ? change(body) : body

/** The faults to live through, by name. */
export const FAULTS = {
  serverError: { kind: 'status', status: 500, body: { message: 'Internal Server Error' } },
  badGateway: { kind: 'status', status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>' },
  tokenRevoked: { kind: 'status', status: 401, body: { message: 'Bad credentials' } },
  forbidden: { kind: 'status', status: 403, body: { message: 'Forbidden' } },
  missing: { kind: 'status', status: 404, body: { message: 'Not Found' } },
  conflict: { kind: 'status', status: 409, body: { message: 'Conflict' } },
  emptyPage: { kind: 'change', change: listOnly(() => []) },
  notJson: { kind: 'status', status: 200, body: 'OK' },
  shuffled: { kind: 'change', change: listOnly((list) => list.toReversed()) },
  doubled: { kind: 'change', change: listOnly((list) => [...list, ...list]) },
  idsAsStrings: {
    kind: 'change',
    change: (body: unknown) =>
      everywhere(body, (object) => ('id' in object ? { ...object, id: String(object['id']) } : object)),
  },
  cut: { kind: 'cut' },
  loseAnswer: { kind: 'lose_answer' },
  reset: { kind: 'reset' },
  stall: { kind: 'stall' },
  replay: { kind: 'replay' },
  hugeBody: { kind: 'flood', bytes: 100 * 1024 * 1024 },
} as const satisfies Readonly<Record<string, Fault>>

/** 403 with the headers that say when to come back. */
export const rateLimited = (resetAt: number): Fault => ({
  kind: 'status',
  status: 403,
  body: { message: 'API rate limit exceeded' },
  headers: {
    'X-RateLimit-Limit': '5000',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': String(Math.floor(resetAt / 1000)),
  },
})

export const tooMany = (retryAfterSeconds: number): Fault => ({
  kind: 'status',
  status: 429,
  body: { message: 'You have exceeded a secondary rate limit' },
  headers: { 'Retry-After': String(retryAfterSeconds) },
})

export const withoutField = (name: string): Fault => ({
  kind: 'change',
  change: (body) =>
    everywhere(body, (object) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))),
})

export const nulledField = (name: string): Fault => ({
  kind: 'change',
  change: (body) => everywhere(body, (object) => (name in object ? { ...object, [name]: null } : object)),
})
