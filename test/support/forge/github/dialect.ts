import { createHash } from 'node:crypto'
import type { Answer, Call } from '../http/call.js'
import type { Dialect } from '../http/dialect.js'
import { Router } from '../http/router.js'
import { Refusal } from '../site/refusal.js'
import { accountRoutes } from './account-routes.js'
import { issueRoutes } from './issue-routes.js'
import { pullRoutes } from './pull-routes.js'
import { repositoryRoutes } from './repository-routes.js'
import { rulesetRoutes } from './ruleset-routes.js'

/** GitHub Enterprise by URL: ETags, limits of rate, errors as `{ message, documentation_url, errors? }`. */
export const GITHUB: Dialect = {
  roots: ['/api/v3', '/api'],
  router: new Router(accountRoutes, repositoryRoutes, rulesetRoutes, pullRoutes, issueRoutes),
  refuse: (refusal) => ({
    status: refusal.status,
    body: {
      message: refusal.message,
      ...refusal.more,
      documentation_url: 'https://docs.github.com/rest',
      status: String(refusal.status),
    },
  }),
  requireScope,
  dress,
}

function requireScope(call: Call, path: string): void {
  const scopes = call.caller?.token?.scopes ?? ['repo']
  if (!path.startsWith('/repos') || call.method === 'GET' || scopes.includes('repo')) return
  throw new Refusal(403, 'Resource not accessible by personal access token')
}

const LIMIT = 5000
const used = new WeakMap<object, number>()

/** An authorised 304 costs nothing; an ETag is of one token. */
function dress(call: Call, answer: Answer): Answer {
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body)
  const etag = `W/"${createHash('sha256')
    .update(`${call.caller?.token?.value ?? ''}\n${body}`)
    .digest('hex')}"`
  const isCacheable = call.method === 'GET' && answer.status === 200
  const isSame = isCacheable && call.headers['if-none-match'] === etag
  const spent = (used.get(call.site) ?? 0) + (isSame ? 0 : 1)
  used.set(call.site, spent)
  const headers = {
    ...answer.headers,
    'X-GitHub-Media-Type': 'github.v3; format=json',
    'X-RateLimit-Limit': String(LIMIT),
    'X-RateLimit-Remaining': String(Math.max(0, LIMIT - spent)),
    'X-RateLimit-Used': String(spent),
    'X-RateLimit-Reset': String(Math.floor(call.site.now() / 1000) + 3600),
    'X-RateLimit-Resource': 'core',
    ...(isCacheable ? { ETag: etag, 'Cache-Control': 'private, max-age=60, s-maxage=60' } : {}),
  }
  return isSame ? { status: 304, headers } : { ...answer, headers }
}
