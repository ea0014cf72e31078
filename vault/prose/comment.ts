/** The comment on a request. It changes only when the verdict or its reasons change, so it names no moment of its own. */
import { LIMITS } from '../limits.js'
import { REASONS } from '../reasons.js'
import type { Judgement } from '../verdict/verdict.js'
import { plain, quoted } from './plain.js'
import { renderRequestPlan } from './request-plan.js'
import { renderUnblock } from './unblock.js'

/** The words of the requester come last: were they first, a long text would push the plan and the commands out of the comment. */
export function renderComment(judgement: Judgement): string {
  const { asked } = judgement
  const lines = [
    headline(judgement),
    '',
    REASONS[judgement.verdict.reason].meaning,
    ...details(judgement),
    '',
    ...(asked === null || asked.requesters.length === 0 ? [] : [`Requested by: ${asked.requesters.join(', ')}`]),
    ...renderUnblock(judgement),
    '',
    'How it was decided:',
    ...judgement.rules.map((rule) => `  ${rule.rule}: ${plain(rule.saw, 200)} -> ${plain(rule.gave, 200)}`),
    ...(asked === null ? [] : ['', ...renderRequestPlan(asked), '', ...words(asked.action.context)]),
  ]
  return `${cut(lines.join('\n'))}\n`
}

function words(context: string): string[] {
  return ['Why, in the words of the requester:', ...quoted(context)]
}

function headline(judgement: Judgement): string {
  const { id, tier, verdict } = judgement
  const name = plain(id, 120)
  if (verdict.kind === 'refuse') return `countersign: ${name} is refused (${verdict.reason})`
  if (verdict.kind === 'wait' && verdict.reason === 'pending_async_review')
    return `countersign: ${name} is medium, pending async review`
  if (verdict.kind === 'wait' && verdict.reason === 'awaiting_admin_merge')
    return `countersign: ${name} is high, blocked until an admin merges`
  return `countersign: ${name} is ${tier}, ${verdict.kind} (${verdict.reason})`
}

function details(judgement: Judgement): string[] {
  const { verdict, problems } = judgement
  if (problems.length > 0)
    return problems.map(
      (problem) => `  line ${problem.line}, column ${problem.column}: ${plain(problem.message)} (${problem.code})`,
    )
  return verdict.kind === 'refuse' || verdict.kind === 'unverifiable' ? [`  ${plain(verdict.detail)}`] : []
}

/** A comment is for people; the records have everything. */
function cut(text: string): string {
  const most = LIMITS.commentBytes / 4
  if (text.length <= most) return text
  // Half a character would be stored as another one, and the comment written anew in each tick.
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}\n… (cut; \`countersign status <id>\` shows all)`
}
