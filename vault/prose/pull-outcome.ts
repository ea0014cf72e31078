/** The comment on a pull request whose action was claimed: that it runs, then how it ended. */

import { parseActionId } from '../action/id.js'
import type { OwedFact } from '../forge/sight.js'
import type { Oid } from '../oid.js'
import { REASONS } from '../reasons.js'
import { firedFolder } from '../record/paths.js'
import type { Intent, Outcome } from '../record/statement.js'
import { code, codeBlock, codeList } from './markdown.js'
import { approvedBy } from './second-key.js'
import { headMarker, STICKY_MARKER } from './sticky-marker.js'

export function renderPullOutcome({ day, intent, outcome }: OwedFact, head: Oid | null): string {
  const { formula, reason, dry_run, evidence } = intent
  const lines = [
    STICKY_MARKER,
    ...(head === null ? [] : [headMarker(head)]),
    '',
    `### Countersign: ${headline(intent, outcome)}`,
    '',
    REASONS[reason].meaning,
    '',
    ...codeList([
      `Formula: ${code(formula)}${dry_run ? ' (a dry run)' : ''}`,
      `Approved by: ${code(approvedBy(evidence))}`,
      `Claimed: ${intent.claimed_at}`,
      ...(outcome === null ? [] : ending(outcome)),
      `Record: ${code(recordOf(day, intent))}`,
    ]),
    ...(outcome === null ? [] : output(outcome)),
  ]
  return `${lines.join('\n')}\n`
}

function headline({ id, tier }: Intent, outcome: Outcome | null): string {
  const approved = tier === 'low' ? 'auto-approved: low blast radius' : `${tier}, approved`
  return `${code(id)} (${approved}) ${outcome === null ? 'was claimed and runs' : outcome.status.replace('_', ' ')}`
}

function ending({ status, reason, exit_code, failed_step, started_at, ended_at }: Outcome): string[] {
  const exit = exit_code === null ? '' : `, exit code ${exit_code}`
  const step = failed_step === null ? '' : `, in step ${code(failed_step)}`
  return [
    ...(started_at === null ? [] : [`Started: ${started_at}`]),
    `Ended: ${ended_at}, ${status.replace('_', ' ')}${exit}${step}`,
    `${REASONS[reason].meaning}${status === 'succeeded' ? '' : ` ${REASONS[reason].remedy}`}`,
  ]
}

/** Redacted when it was recorded (law 10). */
function output({ outputs, log_tail }: Outcome): string[] {
  const values = Object.entries(outputs)
  return [
    ...(values.length === 0
      ? []
      : ['', '#### Outputs', '', ...codeList(values.map(([name, value]) => `${code(name)}: ${code(value)}`))]),
    ...(log_tail === '' ? [] : ['', '#### End of its log', '', ...codeBlock(log_tail, { lines: 100, from: 'end' })]),
  ]
}

function recordOf(day: string, { id }: Intent): string {
  const parsed = parseActionId(id)
  if (parsed === null) throw new Error('an intent has a valid id')
  return firedFolder(day, parsed)
}
