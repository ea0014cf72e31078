import { z } from 'zod'
import type { ForgeClient } from '../client/forge-client.js'
import { malformed } from '../client/parse-answer.js'
import type { ForgeLimits } from '../forge-limits.js'
import type { ForgeWriter } from '../port.js'
import { wireLabel } from '../wire/written.js'

type Label = Parameters<ForgeWriter['addLabel']>[1]

const LIST = 'GET /repos/{owner}/{repo}/labels'
const LABELS = z.array(wireLabel)

/** Forgejo puts on and takes off labels by id, and makes none by itself. */
export class ForgejoLabels {
  readonly #ids = new Map<string, number>()

  constructor(
    readonly client: ForgeClient,
    readonly limits: ForgeLimits,
  ) {}

  async add(pull: number, label: Label): Promise<void> {
    if (await this.#put(pull, await this.#idOf(label))) return
    // An unknown id is passed over in silence: the label was deleted since.
    this.#ids.delete(label.name)
    if (await this.#put(pull, await this.#idOf(label))) return
    throw malformed('POST /repos/{owner}/{repo}/issues/{index}/labels', 'the label is not on it afterwards')
  }

  async remove(pull: number, name: string): Promise<void> {
    const route = '/repos/{owner}/{repo}/issues/{index}/labels'
    const { value } = await this.client.ask(`GET ${route}`, LABELS, { index: pull })
    const label = value.find((candidate) => candidate.name === name)
    if (label !== undefined) await this.client.tell(`DELETE ${route}/{id}`, { index: pull, id: label.id })
  }

  /** @returns whether it is on it now */
  async #put(pull: number, id: number): Promise<boolean> {
    const route = 'POST /repos/{owner}/{repo}/issues/{index}/labels'
    const { value } = await this.client.ask(route, LABELS, { index: pull, labels: [id] })
    return value.some((label) => label.id === id)
  }

  async #idOf(label: Label): Promise<number> {
    const known = this.#ids.get(label.name) ?? (await this.#find(label.name)) ?? (await this.#make(label))
    this.#ids.set(label.name, known)
    return known
  }

  async #find(name: string): Promise<number | null> {
    for (let page = 1; page <= this.limits.pages; page += 1) {
      const { value } = await this.client.ask(LIST, LABELS, { page, limit: this.limits.pageItems })
      const found = value.find((label) => label.name === name)
      if (found !== undefined) return found.id
      if (value.length === 0) return null
    }
    throw malformed(LIST, 'more pages than are read')
  }

  async #make(label: Label): Promise<number> {
    const color = label.color.startsWith('#') ? label.color : `#${label.color}`
    const { value } = await this.client.ask('POST /repos/{owner}/{repo}/labels', wireLabel, { ...label, color })
    return value.id
  }
}
