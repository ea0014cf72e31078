/** Finds the comments that this account made on a pull request before: after a lost answer, or in a fresh state folder. */
import type { ForgeReader } from '../../lib/forge/port.js'

export interface OwnComments {
  /** The ids of all comments of ours with the marker, oldest first. Rejects with ForgeError. */
  find(pull: number, marker: string): Promise<readonly number[]>
}

export class ForgeOwnComments implements OwnComments {
  constructor(private readonly forge: ForgeReader) {}

  /** By account id: anybody can write the marker. */
  async find(pull: number, marker: string): Promise<readonly number[]> {
    const [self, comments] = [await this.forge.self(), await this.forge.comments(pull)]
    const own = comments.filter(({ author, body }) => author?.id === self.id && body.includes(marker))
    return own.map(({ id }) => id).sort((a, b) => a - b)
  }
}
