import { z } from 'zod'
import type { Account, Permission, PullComment, PullFact, PullHistory, ReviewFact } from '../../../vault/forge/fact.js'
import type { Oid } from '../../../vault/oid.js'
import { headerNumber } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import { malformed } from '../client/parse-answer.js'
import type { ForgeLimits } from '../forge-limits.js'
import type { PullListing } from '../listing/pull-listing.js'
import { permissionOf } from '../of-account.js'
import { orNothing } from '../or-nothing.js'
import type { ForgeReader, OpenPulls, RepositoryFact } from '../port.js'
import { wireComments } from '../wire/comment.js'
import { wireRepository } from '../wire/repository.js'
import { forgejoAccount } from './account.js'
import { ForgejoHistory } from './history.js'
import { forgejoPermission } from './permission-wire.js'
import { forgejoPull } from './pull-wire.js'
import { readWhole } from './read-whole.js'
import { forgejoReview } from './review-wire.js'

const COMMENTS = 'GET /repos/{owner}/{repo}/issues/{index}/comments'

export class ForgejoReader implements ForgeReader {
  readonly kind = 'forgejo'
  readonly #history: ForgejoHistory
  #self: Account | null = null

  constructor(
    readonly client: ForgeClient,
    readonly listing: PullListing,
    repo: string,
    readonly limits: ForgeLimits,
    now: () => number,
  ) {
    this.#history = new ForgejoHistory(client, repo, limits, now)
  }

  async self(): Promise<Account> {
    this.#self ??= (await this.client.ask('GET /user', forgejoAccount)).value
    return this.#self
  }

  async repository(): Promise<RepositoryFact> {
    return (await this.client.ask('GET /repos/{owner}/{repo}', wireRepository)).value
  }

  openPulls(): Promise<OpenPulls> {
    return this.listing.read()
  }

  async pull(number: number): Promise<PullFact> {
    return (await this.client.ask('GET /repos/{owner}/{repo}/pulls/{index}', forgejoPull, { index: number })).value
  }

  /** Forgejo knows one: `GetPullRequestByMergedCommit`. */
  async pullsOfMerge(commit: Oid): Promise<readonly number[]> {
    const route = 'GET /repos/{owner}/{repo}/commits/{sha}/pull'
    const answer = await orNothing(this.client, () => this.client.ask(route, forgejoPull, { sha: commit }))
    return answer?.value.mergeCommit === commit ? [answer.value.number] : []
  }

  history(pull: PullFact): Promise<PullHistory> {
    return this.#history.of(pull)
  }

  async reviews(number: number): Promise<readonly ReviewFact[]> {
    const route = 'GET /repos/{owner}/{repo}/pulls/{index}/reviews'
    return readWhole(this.client, route, z.array(forgejoReview), { index: number }, this.limits)
  }

  /** Forgejo gives all of them, unpaged, and says how many they are. */
  async comments(number: number): Promise<readonly PullComment[]> {
    const { value, headers } = await this.client.ask(COMMENTS, wireComments(forgejoAccount), { index: number })
    const total = headerNumber(headers, 'x-total-count')
    if (total !== null && value.length < total) throw malformed(COMMENTS, 'fewer comments than it says')
    return value
  }

  async permission(account: Account): Promise<Permission> {
    const route = 'GET /repos/{owner}/{repo}/collaborators/{login}/permission'
    const ask = () => this.client.ask(route, forgejoPermission, { login: account.login })
    return permissionOf(account, (await orNothing(this.client, ask))?.value ?? null)
  }
}
