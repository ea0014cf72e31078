/** `log` in words: a row for each action, and for one action its story. Everything that a requester wrote stays behind a bar. */
import type { FiredRecords, LogLine } from '../audit/log-line.js'
import { intentOf, outcomeOf } from '../audit/log-line.js'
import { REASONS } from '../reasons.js'
import type { Evidence, Intent, Outcome } from '../record/statement.js'
import { renderDuration } from './duration.js'
import { plain, quoted } from './plain.js'
import { approvedBy, byPull, requesterNames } from './second-key.js'

export const LOG_HEADINGS = ['claimed', 'id', 'tier', 'formula', 'status', 'second key', 'commit'] as const

export function renderLogRow(line: LogLine, now: number): string[] {
  return [
    line.claimed_at === null ? '?' : `${shortTime(line.claimed_at)} (${ago(line.claimed_at, now)})`,
    line.id,
    line.tier ?? '?',
    `${line.formula === null ? '?' : plain(line.formula, 64)}${line.dry_run === true ? ' (dry run)' : ''}`,
    `${line.status}${line.late_status === null ? '' : `, later ${line.late_status}`}${signatureMark(line)}`,
    secondKey(line),
    line.commit?.slice(0, 12) ?? '?',
  ]
}

export interface LogStory {
  readonly line: LogLine
  readonly records: FiredRecords
  /** The action's bytes as text; null: there is no action.toml. */
  readonly actionText: string | null
  /** The requester's reason; null where the action cannot be parsed. */
  readonly context: string | null
}

export function renderLogStory({ line, records, actionText, context }: LogStory, now: number): string[] {
  const intent = intentOf(records.intent)
  const outcome = outcomeOf(records.outcome)
  const late = records.late.map(outcomeOf).filter((found) => found !== null)
  return [
    `${line.id}: ${line.tier ?? 'tier unknown'}, ${line.status}${line.dry_run === true ? ', a dry run' : ''}`,
    ...(context === null ? [] : ['why, in the words of the requester:', ...quoted(context)]),
    ...(intent === null
      ? ['its intent cannot be read or believed; see `countersign verify`']
      : tellIntent(intent, line, now)),
    ...(outcome === null ? [renderNoOutcome(line)] : tellOutcome(outcome, 'it ended:', now)),
    ...late.flatMap((each) => tellOutcome(each, `reported later by ${plain(each.dispatcher.name, 64)}:`, now)),
    ...(actionText === null ? [] : ['the action, as it was approved:', ...quoted(actionText)]),
    `record: ${line.record}`,
    `signatures: ${line.signature ?? 'not checked: no key is pinned (--key)'}`,
  ]
}

function tellIntent(intent: Intent, line: LogLine, now: number): string[] {
  const { formula, trust_set, evidence, rules, dispatcher, claimed_at, base, timeout_minutes, reason } = intent
  return [
    `what ran: formula ${plain(formula, 64)} (${plain(trust_set.formula, 100)}, sha256 ${trust_set.formula_sha256.slice(0, 12)}), at most ${timeout_minutes} minutes`,
    `who asked: ${asked(evidence)}`,
    `who approved: ${approved(evidence)}`,
    `why it was allowed: ${reason}. ${REASONS[reason].meaning}`,
    ...rules.map(({ rule, saw, gave }) => `  ${plain(rule, 64)}: ${plain(saw, 200)} -> ${plain(gave, 200)}`),
    `by which policy: the trust set of commit ${trust_set.commit} (root ${trust_set.root.slice(0, 12)})`,
    `claimed: ${claimed_at} (${ago(claimed_at, now)}) by ${plain(dispatcher.name, 64)}, commit ${line.commit ?? 'unknown'}, decided on ${base.slice(0, 12)}`,
  ]
}

function tellOutcome(outcome: Outcome, heading: string, now: number): string[] {
  const { status, reason, exit_code, failed_step, started_at, ended_at, outputs, log_tail } = outcome
  const took =
    started_at === null ? '' : `, after ${((Date.parse(ended_at) - Date.parse(started_at)) / 1000).toFixed(1)} s`
  const names = Object.keys(outputs)
  return [
    `${heading} ${status} at ${ended_at} (${ago(ended_at, now)})${took}${exit_code === null ? '' : `, exit code ${exit_code}`}${failed_step === null ? '' : `, in step ${plain(failed_step, 64)}`}`,
    `  ${reason}: ${REASONS[reason].meaning}`,
    ...(names.length === 0
      ? []
      : ['  outputs:', ...names.map((name) => `  | ${plain(name, 100)} = ${plain(outputs[name] ?? '')}`)]),
    ...(log_tail === '' ? [] : ['  end of its log:', ...quoted(log_tail, 200)]),
  ]
}

function renderNoOutcome({ status }: LogLine): string {
  return status === 'running'
    ? 'it has no outcome yet'
    : 'its outcome cannot be read or believed; see `countersign verify`'
}

function asked(evidence: Evidence): string {
  const names = requesterNames(evidence)
  const who = names.length === 0 ? 'somebody who may push; the low tier asks for no signature' : names.join(', ')
  return `${who}${byPull(evidence)}`
}

function approved(evidence: Evidence): string {
  if (evidence.kind === 'policy') return 'nobody: the policy alone lets the low tier through'
  if (evidence.kind !== 'signed_merge') return approvedBy(evidence)
  const { merged_by, merge_commit, parents } = evidence
  return `${plain(merged_by.principal, 100)} (${merged_by.role}, key ${merged_by.key}), by the signed merge ${merge_commit.slice(0, 12)} of ${parents[1].slice(0, 12)}`
}

function secondKey({ second_key: key }: LogLine): string {
  if (key === null) return '?'
  return `${KEY_WORDS[key.kind]} ${plain(key.by, 100)}`
}

const KEY_WORDS: Record<Evidence['kind'], string> = {
  policy: 'none:',
  signed_merge: 'merged by',
  pull_merge: 'merged by',
  pull_review: 'reviewed by',
  unopposed_window: 'unopposed:',
}

function signatureMark({ signature }: LogLine): string {
  return signature === null || signature === 'valid' ? '' : ` [${signature}]`
}

/** `2026-11-22 08:00:00Z` */
function shortTime(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}Z`
}

function ago(at: string, now: number): string {
  return renderDuration(Date.parse(at) - now)
}
