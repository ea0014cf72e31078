/** What `approve` shows before anybody signs: the verdict, the plan, and what the signature will say. */
import { REASONS } from '../reasons.js'
import type { Asked, Judgement } from '../verdict/verdict.js'
import { plain, quoted } from './plain.js'
import { renderRequestPlan } from './request-plan.js'

const SECOND_KEY = new Set<string>(['pending_async_review', 'awaiting_admin_merge'])

/** Names nothing that moves by itself, so that two showings differ only where something to approve differs. */
export function renderToApprove(judgement: Judgement, asked: Asked): string[] {
  const { id, tier, verdict, rules } = judgement
  return [
    `${id} (${tier}): ${REASONS[tier === 'high' ? 'awaiting_admin_merge' : 'pending_async_review'].meaning}`,
    ...(SECOND_KEY.has(verdict.reason)
      ? []
      : [`Held back besides (${verdict.reason}): ${REASONS[verdict.reason].meaning}`]),
    '',
    'Why, in the words of the requester:',
    ...quoted(asked.action.context),
    ...(asked.action.purpose === null ? [] : ['What it is good for:', ...quoted(asked.action.purpose)]),
    '',
    ...renderRequestPlan(asked),
    '',
    `Requested by: ${asked.requesters.join(', ')}`,
    'How it was judged:',
    ...rules.map(({ rule, saw, gave }) => `  ${rule}: ${plain(saw, 200)} -> ${plain(gave, 200)}`),
  ]
}

export function renderSigner(principal: string, role: string, fingerprint: string): string[] {
  return ['', `You approve as ${principal} (${role}), with the key ${fingerprint}.`]
}

export function renderApproved(id: string, merge: string, branch: string, heldBy: Judgement): string[] {
  const { verdict } = heldBy
  const isHeld = verdict.kind === 'wait'
  return [
    `approved: ${id} is on ${branch} by the signed merge ${merge.slice(0, 12)}`,
    isHeld
      ? `It waits there (${verdict.reason}): ${REASONS[verdict.reason].remedy}`
      : 'The dispatcher claims it in its next tick.',
  ]
}

/** A refusal in words: what, why here, and the remedy. */
export function renderRefusal(judgement: Pick<Judgement, 'id' | 'verdict' | 'problems'>): string {
  const { id, verdict, problems } = judgement
  const { meaning, remedy } = REASONS[verdict.reason]
  const details =
    problems.length > 0
      ? problems.map(({ line, column, code, message }) => `  ${line}:${column}: ${plain(message)} (${code})`)
      : detailOf(judgement)
  return [`${plain(id, 120)} is refused (${verdict.reason}): ${meaning}`, ...details, `  ${remedy}`].join('\n')
}

function detailOf({ verdict }: Pick<Judgement, 'verdict'>): string[] {
  return 'detail' in verdict ? [`  ${plain(verdict.detail)}`] : []
}
