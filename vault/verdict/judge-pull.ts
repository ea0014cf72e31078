/** The keys of a request that is open in a forge: low by the policy, medium by a review or a window, high by its merge alone. */
import { neededRole } from '../countersignature/approver.js'
import { KeyDraft } from '../countersignature/key-draft.js'
import type { OpenPulls } from '../countersignature/open-pulls.js'
import { pullReviewKey } from '../countersignature/pull-review.js'
import type { PullDossier } from '../forge/fact.js'
import type { ForgeSight } from '../forge/sight.js'
import type { Oid } from '../oid.js'
import type { Snapshot } from '../plan/snapshot.js'
import type { FireReason } from '../reasons.js'
import type { Evidence } from '../record/statement.js'
import type { RequestContent } from '../request/fact.js'
import { kinOf } from '../request/known-pulls.js'
import { hasUnknownAuthor } from '../request/pull-requesters.js'
import { knownRequesters } from '../request/requesters.js'
import type { Draft } from './draft.js'
import { forgeApprovers } from './forge-approvers.js'
import { generalHold, readinessHold } from './gate.js'
import { judgeWindow, watchWindows } from './judge-window.js'
import type { Asked, Judgement } from './verdict.js'

export interface OpenRequest {
  readonly head: Oid
  readonly content: Extract<RequestContent, { kind: 'change' }>
  /** Open and ours, drafts among them. */
  readonly pulls: readonly PullDossier[]
}

export function judgePull(draft: Draft, request: OpenRequest, forge: ForgeSight, snapshot: Snapshot): Judgement {
  const { tier } = draft
  const { pulls } = request
  const set = snapshot.trust.inForce.set
  const asked: Asked = { ...askedOf(draft), requesters: authorsOf(pulls) }
  draft.asked = asked
  if (tier === 'low') return judgeLow(draft, asked, request, forge, snapshot)
  draft.approvers = forgeApprovers(tier, set)
  if (request.content.tooManyCommits)
    return draft.refuse('requesters', 'too_many_commits', 'more commits than are read')
  const held = generalHold(snapshot)
  if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
  if (pulls.length === 0) return draft.hold('pull_request', 'open_pull_request', 'a branch without a pull request')
  const kin = kinOf(request.head, snapshot.requests, forge)
  if (hasUnknownAuthor([...pulls, ...kin]))
    return draft.refuse('requesters', 'requester_unknown', 'the forge does not say who opened the pull request')
  const ready = pulls.filter(({ pull }) => !pull.draft)
  if (ready.length === 0) return draft.hold('pull_request', 'pull_is_draft', 'a draft')
  if (tier === 'high') return draft.hold('second_key', 'awaiting_admin_merge', 'not merged yet')
  const open: OpenPulls = {
    head: request.head,
    pulls: ready,
    drafts: pulls.filter(({ pull }) => pull.draft),
    kin,
    commits: request.content.commits,
    signers: knownRequesters(request.content.commits, set),
  }
  return judgeMedium(draft, asked, open, forge, snapshot)
}

/** A draft waits, of any tier: whoever opened it says that it is not ready. */
function judgeLow(draft: Draft, asked: Asked, request: OpenRequest, forge: ForgeSight, snapshot: Snapshot): Judgement {
  const { pulls, head } = request
  const held = generalHold(snapshot) ?? readinessHold(asked, snapshot)
  if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
  const ready = pulls.find(({ pull }) => !pull.draft)
  if (pulls.length > 0 && ready === undefined) return draft.hold('pull_request', 'pull_is_draft', 'a draft')
  draft.saw('second_key', 'low blast radius', 'the policy alone decides')
  const { requesters } = asked
  const { kind, repositoryId } = forge
  const pull =
    ready === undefined ? {} : { pull: { forge: kind, repo_id: repositoryId, pull: ready.pull.number, head } }
  return draft.close({ kind: 'fire', reason: 'auto_approved', evidence: { kind: 'policy', requesters, ...pull } })
}

function judgeMedium(draft: Draft, asked: Asked, open: OpenPulls, forge: ForgeSight, snapshot: Snapshot): Judgement {
  const { now } = snapshot
  const { set } = snapshot.trust.inForce
  const windowMs = set.policy.medium.reviewWindowMs
  // Looked at whatever the reviews say: what speaks against it ends the window for good.
  const watched = windowMs === null ? null : watchWindows(open, forge, now)
  draft.windows = watched?.states ?? []
  const reviews = new KeyDraft()
  const key = pullReviewKey(open, { identity: forge, set }, now, reviews)
  draft.add(reviews.rules)
  if (key.kind === 'refused') return draft.close({ kind: 'refuse', reason: key.reason, detail: key.detail })
  if (key.kind === 'unverifiable') return draft.close({ kind: 'unverifiable', reason: key.reason, detail: key.detail })
  if (key.kind === 'evidence') return fire(draft, asked, 'reviewed_by_writer', key.evidence, snapshot)
  if (key.kind === 'opposed') return draft.hold('second_key', 'changes_requested', 'a writer asks for changes')
  const needed = neededRole('medium', set)
  if (watched === null || windowMs === null)
    return draft.hold(
      'second_key',
      'pending_async_review',
      `no standing approval of this head with permission ${needed}`,
    )
  const passed = judgeWindow(draft, watched, windowMs, open, forge, now)
  return passed.kind === 'passed' ? fire(draft, asked, 'unopposed', passed.evidence, snapshot) : passed.judgement
}

function fire(draft: Draft, asked: Asked, reason: FireReason, evidence: Evidence, snapshot: Snapshot): Judgement {
  const held = readinessHold(asked, snapshot)
  if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
  return draft.close({ kind: 'fire', reason, evidence })
}

function askedOf({ asked }: Draft): Asked {
  if (asked === null) throw new Error('judgeContent promised an action')
  return asked
}

/** For people; who counts as a requester is worked out by id where it matters. */
export function authorsOf(pulls: readonly PullDossier[]): readonly string[] {
  return [...new Set(pulls.flatMap(({ pull }) => pull.author?.login ?? []))].sort()
}
