import { z } from 'zod'
import type { Account, Permission, PullComment, PullFact, PullHistory, ReviewFact } from '../../../vault/forge/fact.js'
import type { Oid } from '../../../vault/oid.js'
import type { ForgeClient } from '../client/forge-client.js'
import type { ForgeLimits } from '../forge-limits.js'
import type { ForgeAuth } from '../forge-options.js'
import type { PullListing } from '../listing/pull-listing.js'
import { permissionOf } from '../of-account.js'
import { orNothing } from '../or-nothing.js'
import { ForgeError, type ForgeReader, type OpenPulls, type RepositoryFact } from '../port.js'
import { wireComments } from '../wire/comment.js'
import { wireRepository } from '../wire/repository.js'
import { githubAccount } from './account.js'
import { historyOf } from './history.js'
import { githubPermission } from './permission-wire.js'
import { githubMergedPull, githubPull } from './pull-wire.js'
import { readPages, withoutDoubles } from './read-pages.js'
import { reviewsOf } from './reviews.js'
import { selfOf } from './self.js'

export class GithubReader implements ForgeReader {
  readonly kind = 'github'
  #self: Account | null = null

  constructor(
    readonly client: ForgeClient,
    readonly listing: PullListing,
    readonly auth: ForgeAuth['kind'],
    readonly limits: ForgeLimits,
    readonly now: () => number,
  ) {}

  async self(): Promise<Account> {
    this.#self ??= await selfOf(this.client, this.auth)
    return this.#self
  }

  async repository(): Promise<RepositoryFact> {
    return (await this.client.ask('GET /repos/{owner}/{repo}', wireRepository)).value
  }

  openPulls(): Promise<OpenPulls> {
    return this.listing.read()
  }

  async pull(number: number): Promise<PullFact> {
    return (await this.client.ask('GET /repos/{owner}/{repo}/pulls/{number}', githubPull, { number })).value
  }

  /** GitHub lists all pull requests that a commit is part of. It answers 422 for one that it has not. */
  async pullsOfMerge(commit: Oid): Promise<readonly number[]> {
    const route = 'GET /repos/{owner}/{repo}/commits/{sha}/pulls'
    const ask = () => readPages(this.client, route, z.array(githubMergedPull), { sha: commit }, this.limits)
    const listed = await orNothing(this.client, ask).catch(unknownCommit)
    const merged = (listed ?? []).filter((pull) => pull.isMergedAs(commit))
    return [...new Set(merged.map(({ number }) => number))]
  }

  history(pull: PullFact): Promise<PullHistory> {
    return historyOf(this.client, pull, this.limits, this.now())
  }

  reviews(number: number): Promise<readonly ReviewFact[]> {
    return reviewsOf(this.client, number, this.limits)
  }

  async comments(number: number): Promise<readonly PullComment[]> {
    const route = 'GET /repos/{owner}/{repo}/issues/{number}/comments'
    return withoutDoubles(await readPages(this.client, route, wireComments(githubAccount), { number }, this.limits))
  }

  async permission(account: Account): Promise<Permission> {
    const route = 'GET /repos/{owner}/{repo}/collaborators/{login}/permission'
    const ask = () => this.client.ask(route, githubPermission, { login: account.login })
    return permissionOf(account, (await orNothing(this.client, ask))?.value ?? null)
  }
}

function unknownCommit(error: unknown): null {
  if (error instanceof ForgeError && error.status === 422) return null
  throw error
}
