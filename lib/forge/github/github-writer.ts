import type { Oid } from '../../../vault/oid.js'
import type { ForgeClient } from '../client/forge-client.js'
import type { ForgeLimits } from '../forge-limits.js'
import { ForgeError, type ForgeWriter, type StatusState } from '../port.js'
import { wireWritten } from '../wire/written.js'

type Label = Parameters<ForgeWriter['addLabel']>[1]

export class GithubWriter implements ForgeWriter {
  /** Labels that the repository has: GitHub makes a missing one itself, but grey and without words. */
  readonly #labels = new Set<string>()

  constructor(
    readonly client: ForgeClient,
    readonly limits: ForgeLimits,
  ) {}

  async createComment(pull: number, body: string): Promise<number> {
    const route = 'POST /repos/{owner}/{repo}/issues/{number}/comments'
    return (await this.client.ask(route, wireWritten, { number: pull, body })).value.id
  }

  async editComment(id: number, body: string): Promise<void> {
    await this.client.tell('PATCH /repos/{owner}/{repo}/issues/comments/{id}', { id, body })
  }

  async addLabel(pull: number, label: Label): Promise<void> {
    await this.#ensure(label)
    const route = 'POST /repos/{owner}/{repo}/issues/{number}/labels'
    await this.client.tell(route, { number: pull, labels: [label.name] })
  }

  async removeLabel(pull: number, name: string): Promise<void> {
    const route = 'DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}'
    await this.client.tell(route, { number: pull, name }).catch(allowing(404))
  }

  async setStatus(commit: Oid, state: StatusState, description: string, url: string | null): Promise<void> {
    const status = { sha: commit, state, description: this.#fitting(description), context: 'countersign' }
    await this.client.tell('POST /repos/{owner}/{repo}/statuses/{sha}', { ...status, ...(url && { target_url: url }) })
  }

  async closePull(number: number): Promise<void> {
    await this.client.tell('PATCH /repos/{owner}/{repo}/pulls/{number}', { number, state: 'closed' })
  }

  /** 422: there is one of that name. */
  async #ensure({ name, color, description }: Label): Promise<void> {
    if (this.#labels.has(name)) return
    const label = { name, color: color.replace(/^#/, ''), description }
    await this.client.tell('POST /repos/{owner}/{repo}/labels', label).catch(allowing(422))
    this.#labels.add(name)
  }

  #fitting(description: string): string {
    const most = this.limits.statusChars
    return description.length > most ? `${description.slice(0, most - 1)}…` : description
  }
}

const allowing = (status: number) => (error: unknown) => {
  if (!(error instanceof ForgeError) || error.status !== status) throw error
}
