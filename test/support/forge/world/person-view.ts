import type { ApiClient, Json } from './api-client.js'
import type { ForgeWords, MergeStyle, Verdict } from './forge-words.js'

export interface PullWish {
  /** A branch of the repository, or `owner:branch` of a fork. */
  readonly head: string
  /** Default: main. */
  readonly base?: string
  readonly title?: string
  readonly body?: string
}

export interface ReviewWish {
  /** Default: some words. */
  readonly body?: string
  /** Default: the head, as the forge sees it. */
  readonly commit?: string
}

/** What one person does in one repository. Rejects with ApiRefusal where the forge says no. */
export class PersonView {
  /** @param repo `/repos/owner/name` */
  constructor(
    private readonly client: ApiClient,
    private readonly words: ForgeWords,
    private readonly repo: string,
  ) {}

  /** Any call of the API below the repository: `api('GET', '/branches/main')`. */
  api<T = Json>(method: string, path: string, body?: unknown): Promise<T> {
    return this.client.call<T>(method, `${this.repo}${path}`, body)
  }

  /** @returns its number */
  async openPull({ head, base = 'main', title = `request ${head}`, body = '' }: PullWish): Promise<number> {
    return Number((await this.api('POST', '/pulls', { head, base, title, body }))['number'])
  }

  /** As the API tells it. */
  pull(number: number): Promise<Json> {
    return this.api('GET', `/pulls/${number}`)
  }

  /** @returns its id */
  review(number: number, verdict: Verdict, { body = 'I looked at it.', commit }: ReviewWish = {}): Promise<number> {
    return this.words.review(this.client, this.repo, number, verdict, body, commit ?? null)
  }

  dismissReview(number: number, review: number, message = 'no longer'): Promise<void> {
    return this.words.dismissReview(this.client, this.repo, number, review, message)
  }

  merge(number: number, { style = 'merge', head }: { style?: MergeStyle; head?: string } = {}): Promise<void> {
    return this.words.merge(this.client, this.repo, number, { style, head: head ?? null })
  }

  /** Merges when a status or a review sets it off. On GitHub the repository must have `allow_auto_merge`. */
  scheduleMerge(number: number): Promise<void> {
    return this.words.scheduleMerge(this.client, this.repo, number)
  }

  cancelScheduledMerge(number: number): Promise<void> {
    return this.words.cancelScheduledMerge(this.client, this.repo, number)
  }

  /** Forgejo only: says that it is merged, by any commit that is on the base branch. */
  async markManuallyMerged(number: number, commit: string): Promise<void> {
    await this.api('POST', `/pulls/${number}/merge`, { Do: 'manually-merged', MergeCommitID: commit })
  }

  async retarget(number: number, base: string): Promise<void> {
    await this.api('PATCH', `/pulls/${number}`, { base })
  }

  async closePull(number: number): Promise<void> {
    await this.api('PATCH', `/pulls/${number}`, { state: 'closed' })
  }

  async reopenPull(number: number): Promise<void> {
    await this.api('PATCH', `/pulls/${number}`, { state: 'open' })
  }

  /** @returns its id */
  async comment(number: number, body: string): Promise<number> {
    return Number((await this.api('POST', `/issues/${number}/comments`, { body }))['id'])
  }

  async editComment(id: number, body: string): Promise<void> {
    await this.api('PATCH', `/issues/comments/${id}`, { body })
  }

  async deleteComment(id: number): Promise<void> {
    await this.api('DELETE', `/issues/comments/${id}`)
  }

  async setStatus(commit: string, state: 'pending' | 'success' | 'failure', context = 'ci'): Promise<void> {
    await this.api('POST', `/statuses/${commit}`, { state, context })
  }

  deleteBranch(branch: string): Promise<void> {
    return this.words.deleteBranch(this.client, this.repo, branch)
  }
}
