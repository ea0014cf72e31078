/** What stands where: each open request, each action on main, each run. */

import { plan } from '../../vault/plan/plan.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { whoUnblocks } from '../../vault/prose/unblock.js'
import { REASONS } from '../../vault/reasons.js'
import { firedFolder } from '../../vault/record/paths.js'
import { timestampOf } from '../../vault/record/time.js'
import type { Rule } from '../../vault/rule.js'
import type { Tier } from '../../vault/tier.js'
import type { Judgement, PullReference } from '../../vault/verdict/verdict.js'

export interface ActionStatus {
  readonly id: string
  readonly tier: Tier
  readonly state: 'waiting' | 'running' | 'fired' | 'refused'
  readonly reason: string
  readonly who: string
  readonly until?: string
  readonly formula?: string
  readonly rules: readonly Rule[]
  readonly remedy: string
  readonly detail?: string
  readonly status?: string
  readonly record?: string
  readonly pull?: PullReference
  /** Which dispatcher holds the claim. */
  readonly instance?: string
  readonly dispatcher?: string
  /** For the text that people see; never part of the JSON. */
  readonly judgement: Judgement | null
}

export function actionStatuses(snapshot: Snapshot): readonly ActionStatus[] {
  return [...snapshot.claims.map(runningStatus), ...plan(snapshot).judgements.map(judgedStatus)]
}

function runningStatus({ id, day, intent }: Snapshot['claims'][number]): ActionStatus {
  const { name, instance } = intent.dispatcher
  return {
    id,
    tier: intent.tier,
    state: 'running',
    reason: intent.reason,
    who: 'nobody',
    formula: intent.formula,
    rules: intent.rules,
    remedy: `Claimed by the dispatcher ${name} at ${intent.claimed_at}; wait for its outcome.`,
    record: firedFolder(day, id),
    instance,
    dispatcher: name,
    judgement: null,
  }
}

function judgedStatus(judgement: Judgement): ActionStatus {
  const { id, tier, verdict, rules, asked, pulls } = judgement
  const [pull] = pulls
  return {
    id,
    tier,
    state: verdict.kind === 'refuse' ? 'refused' : 'waiting',
    reason: verdict.reason,
    who: whoUnblocks(judgement),
    ...(verdict.kind === 'wait' && verdict.until !== null ? { until: timestampOf(verdict.until) } : {}),
    ...(asked === null ? {} : { formula: asked.formula.name }),
    ...(pull === undefined ? {} : { pull }),
    rules,
    remedy: REASONS[verdict.reason].remedy.replace('<id>', id),
    ...('detail' in verdict ? { detail: verdict.detail } : {}),
    judgement,
  }
}
