/** Can anything in a snapshot change although nobody pushes and no pull request changes? Else the next tick sees the same world. */
import type { PullDossier } from '../../vault/forge/fact.js'
import type { ForgeSight } from '../../vault/forge/sight.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import type { RequestFact } from '../../vault/request/fact.js'
import { generalHold } from '../../vault/verdict/gate.js'

/** Everything was read, and nothing goes on that could end without a push. */
export function isSettled(snapshot: Snapshot): boolean {
  const { requests, waiting, claims, hasUnreadClaims, used, foreign, trust } = snapshot
  return (
    requests.every((request) => request.content.kind !== 'unread' && !isMissing(request)) &&
    waiting.every((item) => item.merge !== null && item.file.kind !== 'missing') &&
    claims.length + foreign.length === 0 &&
    hasUnreadClaims !== true &&
    [...used.values()].every(({ isUnread }) => isUnread !== true) &&
    trust.unverified === null &&
    isForgeSettled(snapshot)
  )
}

function isMissing({ content }: RequestFact): boolean {
  return content.kind === 'change' && content.file.kind === 'missing'
}

/** What may let something through is never looked at twice with the same answers: a permission may be gone by then. */
function isForgeSettled(snapshot: Snapshot): boolean {
  const { forge, requests, waiting } = snapshot
  if (forge === null) return true
  if (forge.fault !== null || forge.owed.size > 0 || hasRunningWindow(forge, requests)) return false
  if (requests.some(({ pulls }) => pulls.some(hasFault))) return false
  if (generalHold(snapshot) !== null) return true
  return waiting.every(({ pull }) => pull === null) && !requests.some(({ pulls }) => pulls.some(mayLetThrough))
}

/** What is kept of one that ended, or whose request is gone, moves no more. */
function hasRunningWindow({ windows }: ForgeSight, requests: readonly RequestFact[]): boolean {
  const heads = new Set(requests.map(({ head }) => head))
  return windows.some(({ head, vetoed }) => vetoed === null && heads.has(head))
}

function mayLetThrough({ history, reviews, permissions }: PullDossier): boolean {
  return history !== null || (reviews === null && [...permissions.values()].some((learned) => learned.ok))
}

export function hasFault({ history, reviews, comments, permissions }: PullDossier): boolean {
  return [history, reviews, comments, ...permissions.values()].some((learned) => learned?.ok === false)
}
