import type { PullFact } from '../../vault/forge/fact.js'
import { listOpen } from './listing/list-open.js'
import type { ListingSource } from './listing/listing-source.js'
import { ForgeError, type NewPull } from './port.js'

export interface PullDesk {
  readonly source: ListingSource
  readonly items: number
  readonly pages: number
  create(pull: NewPull): Promise<PullFact>
}

/**
 * The open pull request of a branch, or a new one. A creation is not repeated: where its answer was lost, or the forge
 * says that there is one already, the forge is looked at again.
 */
export async function openPull(desk: PullDesk, pull: NewPull): Promise<PullFact> {
  const found = await find(desk, pull)
  if (found !== null) return found
  try {
    return await desk.create(pull)
  } catch (error) {
    if (!(error instanceof ForgeError) || !mayExist(error)) throw error
    const made = await find(desk, pull).catch(() => null)
    if (made === null) throw error
    return made
  }
}

/** Lost on the way, or refused: 409 of Forgejo and 422 of GitHub say that there is one, but also other things. */
function mayExist({ fault, status }: ForgeError): boolean {
  return fault.reason === 'forge_unreachable' || fault.reason === 'forge_malformed' || status === 409 || status === 422
}

/** One of this repository: a fork's branch of the same name is another. */
async function find(desk: PullDesk, { headBranch, baseBranch }: NewPull): Promise<PullFact | null> {
  const { entries } = await listOpen(desk.source, desk.items, desk.pages)
  const matches = entries
    .map(({ open }) => open)
    .filter((open) => open !== null)
    .filter((open) => open.headBranch === headBranch && open.baseBranch === baseBranch)
  return matches.find((open) => open.headRepoId === open.baseRepoId) ?? null
}
