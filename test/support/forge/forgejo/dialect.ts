import type { Answer, Call } from '../http/call.js'
import type { Dialect } from '../http/dialect.js'
import { Router } from '../http/router.js'
import { Refusal } from '../site/refusal.js'
import type { Site } from '../site/state.js'
import { accountRoutes } from './account-routes.js'
import { issueRoutes } from './issue-routes.js'
import { pullRoutes } from './pull-routes.js'
import { repositoryRoutes } from './repository-routes.js'

/** Forgejo: no ETag on JSON, no limits of rate, errors as `{ message, url }`. */
export const FORGEJO: Dialect = {
  roots: ['/api/v1'],
  router: new Router(accountRoutes, repositoryRoutes, pullRoutes, issueRoutes),
  refuse,
  requireScope,
  dress: (_call, answer) => answer,
}

/** Some refusals have no body at all. */
function refuse({ status, message }: Refusal, site: Site): Answer {
  if (status === 403 && message === '') return { status }
  const url = `${site.url}/api/swagger`
  return { status, body: status === 404 ? { message, url, errors: [] } : { message, url } }
}

/** A token without any scope may do all that its owner may: old ones are like this. */
function requireScope(call: Call, path: string): void {
  const scopes = call.caller?.token?.scopes ?? ['all']
  const wanted = `${call.method === 'GET' ? 'read' : 'write'}:${categoryOf(path)}`
  if (scopes.length === 0 || scopes.includes('all')) return
  if (scopes.includes(wanted) || scopes.includes(wanted.replace('read:', 'write:'))) return
  throw new Refusal(403, `token does not have at least one of required scope(s): [${wanted}]`)
}

function categoryOf(path: string): string {
  if (path.startsWith('/admin')) return 'admin'
  if (path.startsWith('/user/repos')) return 'user'
  if (path.startsWith('/user')) return 'user'
  if (path.startsWith('/version') || path.startsWith('/settings')) return 'misc'
  return /^\/repos\/[^/]+\/[^/]+\/(?:issues|labels)/.test(path) ? 'issue' : 'repository'
}
