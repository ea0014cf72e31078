import type { Oid } from '../../../vault/oid.js'
import type { ForgeClient } from '../client/forge-client.js'
import type { ForgeLimits } from '../forge-limits.js'
import type { ForgeWriter, StatusState } from '../port.js'
import { wireWritten } from '../wire/written.js'
import { ForgejoLabels } from './labels.js'

export class ForgejoWriter implements ForgeWriter {
  readonly #labels: ForgejoLabels

  constructor(
    readonly client: ForgeClient,
    limits: ForgeLimits,
  ) {
    this.#labels = new ForgejoLabels(client, limits)
  }

  async createComment(pull: number, body: string): Promise<number> {
    const route = 'POST /repos/{owner}/{repo}/issues/{index}/comments'
    return (await this.client.ask(route, wireWritten, { index: pull, body })).value.id
  }

  async editComment(id: number, body: string): Promise<void> {
    await this.client.tell('PATCH /repos/{owner}/{repo}/issues/comments/{id}', { id, body })
  }

  addLabel(pull: number, label: Parameters<ForgeWriter['addLabel']>[1]): Promise<void> {
    return this.#labels.add(pull, label)
  }

  removeLabel(pull: number, name: string): Promise<void> {
    return this.#labels.remove(pull, name)
  }

  async setStatus(commit: Oid, state: StatusState, description: string, url: string | null): Promise<void> {
    const status = { sha: commit, state, description, target_url: url ?? '', context: 'countersign' }
    await this.client.tell('POST /repos/{owner}/{repo}/statuses/{sha}', status)
  }

  async closePull(number: number): Promise<void> {
    await this.client.tell('PATCH /repos/{owner}/{repo}/pulls/{index}', { index: number, state: 'closed' })
  }
}
