/** What is told of a request: the JSON of DESIGN section 8, and what its text is made of. */
import type { Oid } from '../../vault/oid.js'
import type { ReasonCode } from '../../vault/reasons.js'
import type { OutcomeStatus } from '../../vault/record/statement.js'
import type { Tier } from '../../vault/tier.js'
import type { Judgement, PullReference } from '../../vault/verdict/verdict.js'
import type { FileProblem } from '../validate/judge-action-file.js'

export interface RequestView {
  readonly id: string
  readonly tier: Tier
  readonly branch: string
  /** The request's head; null where it is not known any more, or never was. */
  readonly commit: Oid | null
  /** Absent in plain git, and past its branch. */
  readonly pull?: PullReference
  readonly state: 'waiting' | 'running' | 'fired' | 'refused'
  readonly reason?: ReasonCode
  readonly detail?: string
  readonly status?: OutcomeStatus
  readonly record?: string
  readonly problems?: readonly FileProblem[]
}

export function viewOfJudgement(judgement: Judgement, commit: Oid | null): RequestView {
  const { id, tier, verdict, problems } = judgement
  return {
    id,
    tier,
    branch: `vault/${id}`,
    commit,
    state: verdict.kind === 'refuse' ? 'refused' : 'waiting',
    reason: verdict.reason,
    ...(verdict.kind === 'refuse' && problems.length === 0 ? { detail: verdict.detail } : {}),
    ...(problems.length === 0 ? {} : { problems }),
  }
}

export function withPull(view: RequestView, pull: PullReference | null): RequestView {
  return pull === null ? view : { ...view, pull }
}
