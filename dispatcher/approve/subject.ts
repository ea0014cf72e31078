/** What there is to approve under an id, by the dispatcher's own judgement of the same snapshot. */
import type { Repository } from '../../lib/git/port.js'
import type { ActionId } from '../../vault/action/id.js'
import type { Oid } from '../../vault/oid.js'
import type { Snapshot, WaitingFact } from '../../vault/plan/snapshot.js'
import type { RequestContent, RequestFact } from '../../vault/request/fact.js'
import { judgeRequest } from '../../vault/verdict/judge-request.js'
import { judgeWaiting } from '../../vault/verdict/judge-waiting.js'
import type { Asked, Judgement } from '../../vault/verdict/verdict.js'
import { firedDay } from '../request/standing.js'

/** A request that waits for its second key. */
export interface OpenRequest {
  readonly kind: 'open'
  readonly id: ActionId
  readonly head: Oid
  readonly tier: 'medium' | 'high'
  readonly judgement: Judgement
  readonly asked: Asked
  readonly content: Extract<RequestContent, { kind: 'change' }>
}

export type Subject =
  | OpenRequest
  /** Low, refused, or not to be judged now. */
  | { readonly kind: 'low' | 'refused' | 'unverifiable'; readonly judgement: Judgement }
  | { readonly kind: 'on_main'; readonly judgement: Judgement; readonly waiting: WaitingFact }
  | { readonly kind: 'fired'; readonly day: string }
  /** Merged, and gone from main again. */
  | { readonly kind: 'contained' }
  | { readonly kind: 'absent' }

export async function findSubject(id: ActionId, snapshot: Snapshot, repository: Repository): Promise<Subject> {
  const day = snapshot.used.get(id)?.day ?? (await firedDay(repository, snapshot.main, id, null))
  if (day !== null) return { kind: 'fired', day }
  const waiting = snapshot.waiting.find(({ stem }) => stem === id)
  if (waiting !== undefined) return { kind: 'on_main', waiting, judgement: judgeWaiting(waiting, snapshot) }
  const request = snapshot.requests.find(({ suffix }) => suffix === id)
  return request === undefined ? { kind: 'absent' } : subjectOfRequest(id, request, snapshot)
}

function subjectOfRequest(id: ActionId, request: RequestFact, snapshot: Snapshot): Subject {
  const judgement = judgeRequest(request, snapshot)
  if (judgement === null) return { kind: 'contained' }
  const { verdict, asked, tier } = judgement
  if (verdict.kind === 'refuse') return { kind: 'refused', judgement }
  if (request.content.kind !== 'change' || asked === null) return { kind: 'unverifiable', judgement }
  if (tier === 'low') return { kind: 'low', judgement }
  return { kind: 'open', id, head: request.head, tier, judgement, asked, content: request.content }
}
