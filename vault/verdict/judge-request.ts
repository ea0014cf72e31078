/** The verdict on a request branch, and on the pull requests of its head. */

import { parseActionId } from '../action/id.js'
import { neededRole, possibleApprovers } from '../countersignature/approver.js'
import type { PullDossier } from '../forge/fact.js'
import type { Snapshot } from '../plan/snapshot.js'
import type { RequestContent, RequestFact } from '../request/fact.js'
import { ownPulls } from '../request/known-pulls.js'
import { knownRequesters, requestersOf } from '../request/requesters.js'
import { actionStem, shapeOf } from '../request/shape.js'
import { Draft } from './draft.js'
import { generalHold, readinessHold, trustFault } from './gate.js'
import { judgeContent } from './judge-content.js'
import { judgePull } from './judge-pull.js'
import { MAY_WRITE, standingOf } from './requester-standing.js'
import type { Judgement } from './verdict.js'

type ChangeContent = Extract<RequestContent, { kind: 'change' }>

/**
 * Null where there is no request to judge: a branch with nothing in it that main lacks, a fork's head without a pull
 * request that is ours.
 */
export function judgeRequest(request: RequestFact, snapshot: Snapshot): Judgement | null {
  const { content } = request
  const { forge } = snapshot
  if (content.kind === 'contained') return null
  const pulls = forge === null ? [] : ownPulls(request, forge)
  if (!request.isBranch && pulls.length === 0) return null
  const { suffix, head, isBranch } = request
  const draft = new Draft(requestId(request), { kind: 'branch', suffix, head, isBranch })
  draft.pulls = pulls.map(({ pull: { number, url } }) => ({ number, url }))
  const unknown = trustFault(snapshot)
  if (unknown !== null) return draft.unproven('trust_set', unknown)
  // A pull request that is not seen could be a stranger's, or hold an objection.
  if (forge !== null && forge.fault !== null) return draft.unproven('pull_requests', forge.fault)
  if (content.kind === 'unread') {
    if (content.why === 'tick_limit') return draft.close({ kind: 'wait', reason: 'tick_limit', until: null })
    return draft.unverifiable(
      'request_read',
      content.why,
      `the branch at ${request.head.slice(0, 12)} could not be read`,
    )
  }
  const used = snapshot.used.get(draft.id)
  // It may be the very request that was claimed: that is not told that it is refused.
  if (used?.isUnread === true)
    return draft.unverifiable('id_unused', 'object_missing', `its claim of ${used.day} could not be read`)
  if (used !== undefined) return draft.refuse('id_unused', 'already_fired', `${draft.id} was claimed on ${used.day}`)
  if (parseActionId(request.suffix) === null) {
    return draft.refuse('branch_name', 'branch_name_invalid', `vault/${request.suffix} does not end in a valid id`)
  }
  if (content.kind === 'unrelated')
    return draft.refuse('common_history', 'no_common_history', 'no commit in common with main')
  if (content.kind === 'ambiguous')
    return draft.refuse('common_history', 'ambiguous_base', 'more than one merge base with main')
  return judgeChange(draft, request, content, pulls, snapshot)
}

function judgeChange(
  draft: Draft,
  request: RequestFact,
  content: ChangeContent,
  pulls: readonly PullDossier[],
  snapshot: Snapshot,
): Judgement {
  const { suffix } = request
  const { forge } = snapshot
  const shape = shapeOf(content.changes)
  if (!shape.ok) return draft.refuse('one_added_file', shape.reason, shape.detail)
  if (shape.id !== suffix)
    return draft.refuse('one_added_file', 'id_mismatch', `the branch is vault/${suffix}, the file is ${shape.path}`)
  draft.saw('one_added_file', shape.path, 'exactly one added file')
  if (snapshot.waiting.some((waiting) => waiting.stem === shape.id)) {
    return draft.refuse('id_unused', 'id_waiting_on_main', `${shape.path} is on main already`)
  }
  const standing = forge === null ? MAY_WRITE : standingOf(pulls, forge.repositoryId)
  const refused = judgeContent(draft, content.file, standing, snapshot)
  if (refused !== null) return refused
  return forge === null
    ? judgeKeys(draft, content, snapshot)
    : judgePull(draft, { head: request.head, content, pulls }, forge, snapshot)
}

/** Plain git. */
function judgeKeys(draft: Draft, content: ChangeContent, snapshot: Snapshot): Judgement {
  const { asked, tier } = draft
  const set = snapshot.trust.inForce.set
  if (asked === null) throw new Error('judgeContent promised an action')
  if (tier === 'low') {
    const requesters = knownRequesters(content.commits, set)
    draft.asked = { ...asked, requesters }
    const held = generalHold(snapshot) ?? readinessHold(asked, snapshot)
    if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
    draft.saw('second_key', 'low blast radius', 'the policy alone decides')
    return draft.close({ kind: 'fire', reason: 'auto_approved', evidence: { kind: 'policy', requesters } })
  }
  if (content.tooManyCommits) return draft.refuse('requesters', 'too_many_commits', 'more commits than are read')
  const requesters = requestersOf(content.commits, set)
  if (requesters.kind === 'unknown') return draft.refuse('requesters', 'requester_unknown', requesters.detail)
  draft.saw('requesters', requesters.principals.join(', '), 'known')
  draft.asked = { ...asked, requesters: requesters.principals }
  const allowSelf = set.policy[tier].allowSelf
  draft.approvers = possibleApprovers(neededRole(tier, set), set).filter(
    (name) => allowSelf || !requesters.principals.includes(name),
  )
  const held = generalHold(snapshot)
  if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
  return draft.hold('second_key', tier === 'high' ? 'awaiting_admin_merge' : 'pending_async_review', 'not merged yet')
}

/** The file's stem, or the branch's suffix where there is no such file (DESIGN section 8). */
function requestId(request: RequestFact): string {
  const { content } = request
  if (content.kind !== 'change') return request.suffix
  const stems = content.changes.changes.map((change) => actionStem(change.path)).filter((stem) => stem !== null)
  const [only, ...others] = stems
  return only !== undefined && others.length === 0 ? only : request.suffix
}
