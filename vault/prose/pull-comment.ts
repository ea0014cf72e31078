/**
 * The one comment on a pull request: the verdict and why, who can unblock it, until when, how to stop it, and the plan. It
 * names nothing that moves by itself, so that it is written anew only when something else is decided (field failure 31).
 */
import type { Oid } from '../oid.js'
import { REASONS } from '../reasons.js'
import type { Judgement } from '../verdict/verdict.js'
import { code, codeList } from './markdown.js'
import { renderPullContext, renderPullPlan } from './pull-plan.js'
import { headMarker, STICKY_MARKER } from './sticky-marker.js'

export function renderPullComment(judgement: Judgement, head: Oid): string {
  const { verdict, asked, rules } = judgement
  const lines = [
    STICKY_MARKER,
    headMarker(head),
    '',
    `### Countersign: ${headline(judgement)}`,
    '',
    REASONS[verdict.reason].meaning,
    '',
    ...details(judgement),
    ...next(judgement, head),
    '',
    ...(asked === null ? [] : [...renderPullPlan(asked), '', ...renderPullContext(asked), '']),
    '#### How it was decided',
    '',
    ...codeList(rules.map(({ rule, saw, gave }) => `${rule}: ${code(saw, 200)} → ${code(gave, 200)}`)),
  ]
  return `${lines.join('\n')}\n`
}

function headline({ id, tier, verdict }: Judgement): string {
  const name = code(id, 120)
  if (verdict.kind === 'refuse') return `${name} is refused (${verdict.reason})`
  if (verdict.kind === 'unverifiable') return `${name} could not be verified (${verdict.reason})`
  if (verdict.reason === 'pending_async_review') return `${name} is medium, pending async review`
  if (verdict.reason === 'review_window') return `${name} is medium, pending async review; it fires unopposed`
  if (verdict.reason === 'awaiting_admin_merge') return `${name} is high, blocked until an admin merges`
  if (verdict.reason === 'auto_approved') return `${name} is auto-approved: low blast radius`
  return `${name} is ${tier}, ${verdict.kind === 'fire' ? 'approved' : 'waiting'} (${verdict.reason})`
}

function details({ verdict, problems }: Judgement): string[] {
  if (problems.length > 0) {
    const told = problems.map(
      ({ line, column, code: reason, message }) => `line ${line}, column ${column}: ${code(message, 500)} (${reason})`,
    )
    return [...codeList(told), '']
  }
  return 'detail' in verdict ? [`${code(verdict.detail, 500)}`, ''] : []
}

/** What people can do now. */
function next({ verdict, approvers, asked }: Judgement, head: Oid): string[] {
  const how = HOW[verdict.reason]
  const until = asked?.action.expiresAtMs ?? null
  const isOpen = verdict.kind === 'wait' || verdict.kind === 'unverifiable'
  return codeList([
    ...(how === undefined
      ? [`Remedy: ${REASONS[verdict.reason].remedy}`, `Who: ${REASONS[verdict.reason].who}`]
      : [
          `Who can let it through: ${approvers.length === 0 ? 'nobody' : approvers.map((who) => code(who)).join(', ')}`,
          `How: ${how.replace('HEAD', code(head.slice(0, 12)))}`,
        ]),
    ...(isOpen && until !== null ? [`Until: ${new Date(until).toISOString()}, when it expires`] : []),
    ...(isOpen ? ['To stop it: close this pull request and delete its branch.'] : []),
  ])
}

const MERGE = 'merge this pull request with a merge commit (no squash, no rebase)'
const REVIEW = `approve exactly HEAD by a review, or ${MERGE}`

const HOW: Readonly<Record<string, string>> = {
  awaiting_admin_merge: `${MERGE}.`,
  pending_async_review: `${REVIEW}.`,
  vetoed: `${REVIEW}.`,
  review_window: `${REVIEW}. Or wait: it fires when the review window of the policy has passed and nobody who may write has objected, by asking for changes, by a comment that begins with \`/veto\`, or by closing this pull request. \`countersign status\` shows how much is left.`,
}
