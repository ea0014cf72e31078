/** The pull request of a request: opened after its branch was pushed, and found again when the same is asked once more. */
import { ForgeError } from '../../lib/forge/port.js'
import { renderPull } from '../../vault/prose/pull-body.js'
import type { PullReference } from '../../vault/verdict/verdict.js'
import { unverifiedError } from '../cli/terminal.js'
import type { Asked } from './ask.js'
import type { Desk } from './desk.js'
import { readStanding } from './standing.js'

type Made = Exclude<Asked, { kind: 'refused' }>

/** The same, with the pull request that now is there instead of the one that was expected. */
export function namingPull(asked: Made, pull: PullReference): Made {
  if (asked.kind === 'requested') return { ...asked, judgement: { ...asked.judgement, pulls: [pull] } }
  const { state } = asked
  if (state.judgement === null) return asked
  return { ...asked, state: { ...state, judgement: { ...state.judgement, pulls: [pull] } } }
}

/** Null: plain git, or the request is past its branch. */
export async function openPull(desk: Desk, asked: Made): Promise<PullReference | null> {
  const { asker } = desk
  const judgement = asked.kind === 'requested' ? asked.judgement : asked.state.judgement
  if (asker === null || judgement === null || judgement.asked === null) return null
  try {
    const { number, url } = await asker.forge.openPull({
      headBranch: `vault/${asked.id}`,
      baseBranch: asker.branch,
      ...renderPull(judgement.asked, judgement.tier),
    })
    return { number, url }
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error
    // A low action may have been claimed in the meantime, and its branch is gone.
    await desk.refresh()
    const standing = await readStanding(desk.ground, asked.id, null)
    if (standing.kind !== 'branch') return null
    throw unverifiedError(
      `vault/${asked.id} is pushed, but its pull request could not be opened: ${error.message}. The same command again opens it`,
    )
  }
}
