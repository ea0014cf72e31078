/** What `request` says to people. */
import { REASONS, type ReasonCode } from '../reasons.js'
import type { Tier } from '../tier.js'
import type { Judgement } from '../verdict/verdict.js'
import { plain } from './plain.js'
import { renderUnblock } from './unblock.js'

interface Told {
  readonly id: string
  readonly tier: Tier
  readonly branch: string
  readonly commit: string | null
  readonly state: 'waiting' | 'running' | 'fired' | 'refused'
  readonly reason?: ReasonCode
  readonly detail?: string
  readonly status?: string
  readonly record?: string
  readonly pull?: { readonly url: string }
}

/** @param judgement null where the request is past its branch */
export function renderRequest(told: Told, judgement: Judgement | null, isNew: boolean): string[] {
  const { id, tier, branch, commit, reason, detail, record } = told
  const meaning = reason === undefined ? [] : [`  ${REASONS[reason].meaning}`]
  return [
    `${id} (${tier}): ${stateInWords(told)}${isNew ? '' : '; it was requested before, with the same content'}`,
    ...meaning,
    ...(detail === undefined ? [] : [`  ${plain(detail)}`]),
    ...(commit === null ? [] : [`  branch ${branch} at ${commit.slice(0, 12)}`]),
    ...(told.pull === undefined ? [] : [`  pull request ${plain(told.pull.url)}`]),
    ...(record === undefined ? [] : [`  record ${record}`]),
    ...nextSteps(told, judgement).map((line) => `  ${line}`),
  ]
}

/** Past its branch nothing was judged for it here: what the reason says by itself has to do. */
function nextSteps({ id, state, reason }: Told, judgement: Judgement | null): readonly string[] {
  if (judgement !== null) return judgement.verdict.kind === 'fire' ? [] : renderUnblock(judgement)
  return reason === undefined || state === 'fired' ? [] : [REASONS[reason].remedy.replaceAll('<id>', plain(id))]
}

function stateInWords({ state, reason, status }: Told): string {
  if (state === 'fired') return `fired, ${status ?? 'ended'}`
  if (state === 'running') return 'claimed, running'
  if (state === 'refused') return `refused${reason === undefined ? '' : ` (${reason})`}`
  if (reason === 'pending_async_review') return 'requested, pending async review'
  if (reason === 'awaiting_admin_merge') return 'requested, blocked until an admin merges'
  return reason === undefined ? 'waits on main for the dispatcher' : `requested (${reason})`
}

/** A refusal before anything was pushed. `problems`: lines of their own. */
export function renderRequestRefused(id: string, reason: ReasonCode, detail: string | undefined): string[] {
  const { meaning, remedy } = REASONS[reason]
  return [
    `nothing was pushed: ${plain(id, 120)} would be refused (${reason})`,
    `  ${meaning}`,
    ...(detail === undefined ? [] : [`  ${plain(detail)}`]),
    `  ${remedy}`,
  ]
}

export function renderUnknownRequester(
  id: string,
  tier: Tier,
  key: { readonly fingerprint: string } | { readonly why: string },
): string[] {
  const saw = 'fingerprint' in key ? `your key ${key.fingerprint} belongs to no principal with a role` : key.why
  return [
    `nothing was pushed: ${plain(id, 120)} is ${tier} and would be refused (requester_unknown)`,
    `  ${REASONS.requester_unknown.meaning}`,
    `  Here ${plain(saw)}.`,
    '  Have an admin add your key to allowed_signers and your name under [signers], and sign with that key:',
  ]
}
