/** Finds the comment that this account made on a pull request before: after a lost answer, or in a fresh state folder. */
import type { ForgeReader } from '../../lib/forge/port.js'

export interface OwnComments {
  /** The id of the oldest comment of ours with the marker; null: there is none. Rejects with ForgeError. */
  find(pull: number, marker: string): Promise<number | null>
}

export class ForgeOwnComments implements OwnComments {
  constructor(private readonly forge: ForgeReader) {}

  /** By account id: anybody can write the marker. */
  async find(pull: number, marker: string): Promise<number | null> {
    const [self, comments] = [await this.forge.self(), await this.forge.comments(pull)]
    const own = comments.filter(({ author, body }) => author?.id === self.id && body.includes(marker))
    return own.length === 0 ? null : Math.min(...own.map(({ id }) => id))
  }
}
