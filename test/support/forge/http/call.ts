/** One call of the API: who asks, for what, with which words. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../site/accounts.js'
import { hasCommit } from '../site/git-store.js'
import { NOT_FOUND, Refusal } from '../site/refusal.js'
import { may } from '../site/roles.js'
import type { Pull, Repository, Role, Site, User } from '../site/state.js'

export interface Answer {
  readonly status: number
  /** Undefined: an empty body. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  body,
  headers,
})
export const created = (body: unknown): Answer => ({ status: 201, body })
export const empty = (status = 204): Answer => ({ status })

export class Call {
  constructor(
    readonly site: Site,
    readonly method: string,
    /** As asked, with the root of the API. */
    readonly url: URL,
    readonly params: Readonly<Record<string, string>>,
    readonly headers: IncomingHttpHeaders,
    readonly body: Readonly<Record<string, unknown>>,
    readonly caller: Caller | null,
  ) {}

  user(): User {
    if (this.caller === null)
      throw new Refusal(401, this.site.kind === 'github' ? 'Requires authentication' : 'token is required')
    return this.caller.user
  }

  siteAdmin(): User {
    if (!this.user().isSiteAdmin) throw new Refusal(403, 'user should be the site admin')
    return this.user()
  }

  param(name: string): string {
    return this.params[name] ?? ''
  }

  /** What one may not read is not there. */
  repo(least: Role = 'read'): Repository {
    const user = this.caller?.user ?? null
    const repo = this.site.repositoryByName(this.param('owner'), this.param('repo'))
    if (repo === undefined || !may(this.site, repo, user, 'read'))
      throw new Refusal(404, this.site.kind === 'github' ? 'Not Found' : NOT_FOUND)
    if (least === 'read') return repo
    if (!may(this.site, repo, this.user(), least)) throw new Refusal(403, `Must have ${least} rights to Repository.`)
    return repo
  }

  pull(least: Role = 'read'): Pull {
    const pull = this.repo(least).pulls.get(Number(this.param('number')))
    if (pull === undefined) throw new Refusal(404, this.site.kind === 'github' ? 'Not Found' : NOT_FOUND)
    return pull
  }

  otherUser(name = 'login'): User {
    const user = this.site.userByLogin(this.param(name))
    if (user === undefined) throw new Refusal(404, `${this.param(name)} is not a user`)
    return user
  }

  text(key: string): string | undefined {
    const value = this.body[key]
    return typeof value === 'string' ? value : undefined
  }

  requiredText(key: string): string {
    const value = this.text(key)
    if (value === undefined || value === '') throw new Refusal(422, `[${key}]: Required`)
    return value
  }

  list(key: string): readonly unknown[] {
    const value = this.body[key]
    return Array.isArray(value) ? value : []
  }

  async commitParam(repo: Repository): Promise<string> {
    const name = this.param('sha')
    const commit = repo.refs.get(`refs/heads/${name}`) ?? name
    if (!(await hasCommit(repo, commit))) throw new Refusal(404, `No commit found for SHA: ${name}`)
    return commit
  }
}
