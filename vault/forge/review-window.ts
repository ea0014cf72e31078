/**
 * The review window of one pull request at one head: a state, and what one look makes of it. Only time counts in which the
 * dispatcher was there to see that nobody objected, and it begins when people could read that it runs (field failure 46).
 */
import { LIMITS } from '../limits.js'
import type { Oid } from '../oid.js'
import { headMarker, STICKY_MARKER } from '../prose/sticky-marker.js'
import type { Account, PullComment, PullDossier } from './fact.js'
import { known, type Unproven } from './unproven.js'
import { vetoIn } from './veto.js'
import type { WindowState } from './window-state.js'

interface Look {
  readonly dossier: PullDossier
  readonly head: Oid
  /** The dispatcher's own account. */
  readonly self: Account
  /** Epoch milliseconds. */
  readonly now: number
}

export type Observed =
  | { readonly kind: 'seen'; readonly state: WindowState }
  /** What could not be read may be a veto, and who wants to object may not get through either: that time does not count. */
  | { readonly kind: 'unverifiable'; readonly fault: Unproven; readonly state: WindowState | null }

/** @param before what was kept of this pull request at this head; null: nothing */
export function observeWindow(before: WindowState | null, look: Look): Observed {
  const { dossier, head, self, now } = look
  const { number, updatedAt } = dossier.pull
  // For good for this head, so nothing else matters any more.
  if (before !== null && before.vetoed !== null) return { kind: 'seen', state: before }
  const seen = { pull: number, head, lastSeenAt: now, lastUpdatedAt: updatedAt, vetoed: null }
  const begun = (at: number | null): Observed => ({
    kind: 'seen',
    state: { ...seen, commentReadBackAt: at, aliveMs: 0 },
  })
  const veto = vetoIn(dossier, head, self)
  if (veto.kind === 'veto') {
    const { by, how } = veto
    return { kind: 'seen', state: { ...seen, commentReadBackAt: null, aliveMs: 0, vetoed: { by, how } } }
  }
  if (veto.kind === 'unverifiable') return unseen(before, veto.fault, now)
  const comments = known(dossier.comments, `the comments of pull request ${number}`)
  if (!comments.ok) return unseen(before, comments.fault, now)

  const own = ownComment(comments.value, head, self)
  if (own === null) return begun(null)
  const isNew = before === null || before.commentReadBackAt === null
  if (isNew || !isExplained(before, updatedAt, own)) return begun(now)
  const aliveMs = Math.max(0, before.aliveMs + counted(now - before.lastSeenAt))
  return { kind: 'seen', state: { ...seen, commentReadBackAt: before.commentReadBackAt, aliveMs } }
}

function unseen(before: WindowState | null, fault: Unproven, now: number): Observed {
  if (before === null) return { kind: 'unverifiable', fault, state: null }
  const lost = Math.min(0, now - before.lastSeenAt)
  return {
    kind: 'unverifiable',
    fault,
    state: { ...before, lastSeenAt: now, aliveMs: Math.max(0, before.aliveMs + lost) },
  }
}

/** Other people with write permission may edit our comment, but not write one in our name. */
function ownComment(comments: readonly PullComment[], head: Oid, self: Account): PullComment | null {
  const isOurs = ({ author, body }: PullComment) =>
    author?.id === self.id && body.startsWith(STICKY_MARKER) && body.includes(headMarker(head))
  return comments.find(isOurs) ?? null
}

/**
 * A veto that was deleted or edited away between two looks leaves one trace: the pull request's time of change. So any
 * change restarts the window, unless it is our own last word there. What is still to be seen explains nothing: it could
 * have been written to cover the trace.
 */
function isExplained(before: WindowState, updatedAt: number, own: PullComment): boolean {
  if (updatedAt === before.lastUpdatedAt) return true
  return own.updatedAt > before.lastUpdatedAt && Math.abs(updatedAt - own.updatedAt) <= LIMITS.windowOwnWriteMs
}

/** A clock that jumps forward and back again must gain nothing: what it gained forward it loses backward. */
function counted(elapsedMs: number): number {
  return elapsedMs > LIMITS.windowGapMs ? 0 : elapsedMs
}
