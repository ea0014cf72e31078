/** `status` as text for people. */

import type { Snapshot } from '../../vault/plan/snapshot.js'
import { renderComment } from '../../vault/prose/comment.js'
import { renderDuration } from '../../vault/prose/duration.js'
import { plain } from '../../vault/prose/plain.js'
import { REASONS, type ReasonCode } from '../../vault/reasons.js'
import type { Rule } from '../../vault/rule.js'
import type { ActionStatus } from './action-status.js'
import { brokenSetMessage } from './trust-message.js'

export interface StatusView {
  readonly frozen: boolean
  readonly write_enabled: boolean
  readonly actions: readonly Omit<ActionStatus, 'judgement'>[]
}

export function renderStatus(status: StatusView, { trust, freeze, now, unknownKeys }: Snapshot): string[] {
  const set = `trust set in force: commit ${trust.inForce.commit.slice(0, 12)} (root ${trust.root.slice(0, 12)})`
  return [
    set,
    ...(trust.offending === null
      ? []
      : [
          `  WARNING: commit ${trust.offending.commit} changed it without authority: ${plain(trust.offending.detail)}`,
          `  ${REASONS[trust.offending.reason].remedy}`,
        ]),
    ...(trust.broken === null
      ? []
      : brokenSetMessage(trust.broken)
          .split('\n')
          .map((line) => `  ${plain(line)}`)),
    freeze === null
      ? 'frozen: no'
      : `frozen: ${freeze.cause}, since ${new Date(freeze.since).toISOString()}: ${plain(freeze.reason)}`,
    `writing: ${status.write_enabled ? 'enabled' : 'disabled by the policy ([write] enabled = false)'}`,
    ...unknownKeys.map(
      (key) =>
        `WARNING: records on main are signed by the key ${key}, which is not under [trust] keys: another dispatcher, or a forger`,
    ),
    status.actions.length === 0 ? 'nothing waits' : '',
    ...status.actions.flatMap((action) => renderAction(action, now)),
  ]
}

function renderAction(action: Omit<ActionStatus, 'judgement'>, now: number): string[] {
  const until =
    action.until === undefined ? '' : `, until ${action.until} (${renderDuration(Date.parse(action.until) - now)})`
  const holder = action.instance === undefined ? '' : `, held by ${action.dispatcher} (${action.instance.slice(0, 8)})`
  return [
    `${plain(action.id, 120)}  ${action.tier}  ${action.state}: ${action.reason}${until}${holder}`,
    `    waits on: ${plain(action.who, 200)}`,
    ...(action.pull === undefined ? [] : [`    pull request: ${plain(action.pull.url)}`]),
  ]
}

/** One action: the same words as its comment where there is one, and its rules as a tree. */
export function renderStatusOf(action: ActionStatus): string[] {
  const pull = action.pull === undefined ? [] : [`pull request: ${plain(action.pull.url)}`]
  if (action.judgement !== null) return [...renderComment(action.judgement).trimEnd().split('\n'), ...pull]
  const meaning = REASONS[action.reason as ReasonCode].meaning
  return [
    `${action.id}  ${action.tier}  ${action.state}${action.status === undefined ? '' : `: ${action.status}`} (${action.reason})`,
    meaning,
    ...pull,
    ...(action.record === undefined ? [] : [`record: ${action.record}`]),
    ...(action.dispatcher === undefined ? [] : [`dispatcher: ${action.dispatcher} (instance ${action.instance})`]),
    'rules:',
    ...action.rules.map(renderRule),
    `remedy: ${action.remedy}`,
  ]
}

function renderRule({ rule, saw, gave }: Rule): string {
  return `  ${rule}: ${plain(saw, 200)} -> ${plain(gave, 200)}`
}
