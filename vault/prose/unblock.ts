/** Who can let an action through and with which exact commands, and how to stop it. */
import { REASONS } from '../reasons.js'
import type { Judgement } from '../verdict/verdict.js'
import { plain } from './plain.js'

const SECOND_KEY = new Set<string>(['pending_async_review', 'awaiting_admin_merge', 'review_window', 'vetoed'])

/** For people: a name list where somebody in particular is meant, else the role. */
export function whoUnblocks(judgement: Judgement): string {
  const { verdict, approvers } = judgement
  if (verdict.kind === 'wait' && SECOND_KEY.has(verdict.reason)) {
    return approvers.length === 0 ? 'nobody (no principal has the role and did not request it)' : approvers.join(', ')
  }
  return REASONS[verdict.reason].who
}

export function renderUnblock(judgement: Judgement): string[] {
  const { verdict, id } = judgement
  if (verdict.kind !== 'wait' || !SECOND_KEY.has(verdict.reason)) return [`Remedy: ${REASONS[verdict.reason].remedy}`]
  if (judgement.pulls.length > 0) return renderUnblockPull(judgement)
  return [
    `Who can let it through: ${whoUnblocks(judgement)}`,
    'To approve, in a terminal with your signing key:',
    `  countersign approve ${id}`,
    ...renderStop(judgement),
  ]
}

function renderUnblockPull(judgement: Judgement): string[] {
  const { tier, source, verdict, pulls } = judgement
  const head = source.kind === 'branch' ? source.head.slice(0, 12) : 'its head'
  const review = tier === 'medium' ? `approve exactly ${head} by a review, or ` : ''
  return [
    ...(verdict.reason === 'review_window' ? [REASONS.review_window.meaning] : []),
    `Who can let it through: ${whoUnblocks(judgement)}`,
    `To approve, ${review}merge the pull request with a merge commit:`,
    ...pulls.map(({ url }) => `  ${plain(url, 300)}`),
    'To stop it, close the pull request and delete its branch.',
  ]
}

function renderStop(judgement: Judgement): string[] {
  const { source } = judgement
  if (source.kind !== 'branch') return []
  return ['To stop it, delete the branch:', `  git push origin --delete vault/${source.suffix}`]
}
