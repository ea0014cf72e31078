/** `Snapshot -> Step[]`: pure. What is not in the snapshot plays no part. */
import { LIMITS } from '../limits.js'
import type { Oid } from '../oid.js'
import { renderComment } from '../prose/comment.js'
import type { RequestFact } from '../request/fact.js'
import { generalHold, trustFault } from '../verdict/gate.js'
import { judgeRequest } from '../verdict/judge-request.js'
import { judgeWaiting } from '../verdict/judge-waiting.js'
import type { Judgement } from '../verdict/verdict.js'
import { closeSteps } from './close-steps.js'
import { recoverClaim, takeoverAt } from './recover.js'
import { showSteps } from './show-steps.js'
import type { Snapshot } from './snapshot.js'
import type { ClaimStep, Plan, RefuseStep, Step } from './step.js'
import { watchSteps } from './watch-steps.js'

export function plan(snapshot: Snapshot): Plan {
  const fromMain = snapshot.waiting.map((waiting) => ({ waiting, judgement: judgeWaiting(waiting, snapshot) }))
  const asking = snapshot.requests.filter((request) => !isOver(request, snapshot))
  const fromBranches = asking.flatMap((request) => judgeRequest(request, snapshot) ?? [])
  const judgements = [...fromMain.map((item) => item.judgement), ...fromBranches]
  // On a main that was rewritten nothing may be written at all, not even outcomes: it is not the main that was judged.
  const isMainTrusted = snapshot.freeze === null || snapshot.freeze.cause === 'operator'
  const mayWrite = generalHold(snapshot) === null && trustFault(snapshot) === null
  const steps: Step[] = []
  if (isMainTrusted) {
    steps.push(...snapshot.claims.flatMap((claim) => recoverClaim(claim, snapshot, mayWrite) ?? []))
  }
  if (mayWrite) {
    steps.push(...undoSteps(snapshot))
    const claims = judgements.flatMap((judgement) => claimStep(judgement, snapshot) ?? [])
    steps.push(...firstOfEachId(claims).slice(0, LIMITS.claimsPerCommit))
    steps.push(...fromMain.flatMap(({ waiting, judgement }): RefuseStep[] => refuseSteps(judgement, waiting)))
    steps.push(...fromBranches.flatMap((judgement) => commentSteps(judgement, snapshot)))
    steps.push(...closeSteps(snapshot), ...showSteps(judgements, snapshot), ...watchSteps(fromBranches, snapshot))
    steps.push(...tidySteps(snapshot))
  }
  return { judgements, steps, mayStart: mayWrite, nextDueAt: nextDueAt(judgements, snapshot) }
}

function claimStep(judgement: Judgement, snapshot: Snapshot): ClaimStep | null {
  const { verdict, asked, source } = judgement
  if (verdict.kind !== 'fire' || asked === null) return null
  const waiting = source.kind === 'main' ? (snapshot.waiting.find((item) => item.path === source.path) ?? null) : null
  const branch = source.kind === 'branch' && source.isBranch ? { suffix: source.suffix, head: source.head } : null
  return { kind: 'claim', judgement, asked, evidence: verdict.evidence, waiting, branch }
}

/** A branch and a fork's pull request may ask for one id: the first is claimed, the other is refused from then on (law 8). */
function firstOfEachId(claims: readonly ClaimStep[]): readonly ClaimStep[] {
  const first = new Map<string, ClaimStep>()
  for (const claim of claims) if (!first.has(claim.asked.action.id)) first.set(claim.asked.action.id, claim)
  return [...first.values()]
}

function refuseSteps(judgement: Judgement, waiting: RefuseStep['waiting']): RefuseStep[] {
  const { verdict } = judgement
  return verdict.kind === 'refuse' ? [{ kind: 'refuse', judgement, reason: verdict.reason, waiting }] : []
}

/** Plain git. One comment a request: it is written when it says something else than what stands there (field failure 31). */
function commentSteps(judgement: Judgement, snapshot: Snapshot): Step[] {
  const { source, verdict } = judgement
  if (snapshot.forge !== null || source.kind !== 'branch' || (verdict.kind !== 'wait' && verdict.kind !== 'refuse'))
    return []
  if (verdict.kind === 'wait' && verdict.reason === 'tick_limit') return []
  const text = renderComment(judgement)
  return snapshot.comments.get(source.head) === text ? [] : [{ kind: 'comment', head: source.head, text }]
}

function tidySteps(snapshot: Snapshot): Step[] {
  return snapshot.requests
    .filter((request) => request.isBranch && (request.content.kind === 'contained' || wasClaimed(request, snapshot)))
    .map(({ suffix, head }) => ({ kind: 'tidy', suffix, head }))
}

/** Nobody is asked or told anything by it any more; only its branch is there still. */
function isOver(request: RequestFact, snapshot: Snapshot): boolean {
  return request.pulls.length === 0 && wasClaimed(request, snapshot)
}

/** Whoever claimed it did not come to delete its branch. */
function wasClaimed({ suffix, head }: { readonly suffix: string; readonly head: Oid }, { used }: Snapshot): boolean {
  return used.get(suffix)?.head === head
}

function undoSteps(snapshot: Snapshot): Step[] {
  return snapshot.foreign.length === 0 ? [] : [{ kind: 'undo', changes: snapshot.foreign }]
}

function nextDueAt(judgements: readonly Judgement[], snapshot: Snapshot): number | null {
  const expiries = judgements.flatMap((judgement) => judgement.asked?.action.expiresAtMs ?? [])
  const claims = snapshot.claims.map((claim) =>
    claim.state === 'foreign' ? takeoverAt(claim) : Date.parse(claim.intent.start_by),
  )
  const windows = judgements.flatMap(({ verdict }) =>
    verdict.kind === 'wait' && verdict.reason === 'review_window' ? (verdict.until ?? []) : [],
  )
  const due = [...expiries, ...claims, ...windows].filter((at) => at > snapshot.now)
  return due.length === 0 ? null : Math.min(...due)
}
