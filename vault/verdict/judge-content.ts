/** The part of a judgement that is the same for a branch and for main: what the file asks for, and which tier that is. */

import { checkAction } from '../action/check.js'
import type { LocatedAction } from '../action/parse.js'
import { classify } from '../classify.js'
import { missingFormula } from '../formula/missing-formula.js'
import type { Snapshot } from '../plan/snapshot.js'
import type { Problem } from '../problem.js'
import type { RefuseReason } from '../reasons.js'
import type { ActionFile } from '../request/fact.js'
import type { Draft } from './draft.js'
import type { RequesterStanding } from './requester-standing.js'
import type { Judgement } from './verdict.js'

/** Null when nothing speaks against the content; the draft then knows tier, action and formula. */
export function judgeContent(
  draft: Draft,
  file: ActionFile,
  standing: RequesterStanding,
  snapshot: Snapshot,
): Judgement | null {
  if (file.kind === 'none') return draft.refuse('action_file', 'not_regular_file', 'the action is not a file')
  if (file.kind === 'missing')
    return draft.unverifiable('action_file', 'object_missing', `blob ${file.blob.slice(0, 12)} is missing`)
  if (file.kind === 'too_large') return draft.refuse('action_file', 'file_too_large', `the file has ${file.size} bytes`)
  if (!file.action.ok) return refuseProblems(draft, 'action_file', file.action.problems)
  draft.saw('action_file', 'a valid action', 'parsed')
  return judgeAction(draft, file, file.action.value, standing, snapshot)
}

function judgeAction(
  draft: Draft,
  file: Extract<ActionFile, { kind: 'parsed' }>,
  located: LocatedAction,
  standing: RequesterStanding,
  snapshot: Snapshot,
): Judgement | null {
  const { action } = located
  const set = snapshot.trust.inForce.set
  const tierOf = (requesterMayWrite: boolean | null) =>
    classify({ formula: action.formula, action, set, requesterMayWrite })
  // What is high whoever asks need not be known of its requester.
  if (standing.kind === 'unverifiable' && tierOf(true).tier !== 'high')
    return draft.unproven('requester_permission', standing.fault)
  const classified = tierOf(standing.kind === 'unverifiable' ? null : standing.mayWrite)
  draft.tier = classified.tier
  draft.add(classified.rules)

  if (action.expiresAtMs !== null && action.expiresAtMs <= snapshot.now) {
    return draft.refuse('expires_at', 'expired', `it expired at ${new Date(action.expiresAtMs).toISOString()}`)
  }
  const formula = set.formulas.get(action.formula)
  if (formula === undefined)
    return draft.refuse('formula_in_force', 'formula_missing', missingFormula(action.formula, set.formulas))
  draft.saw('formula_in_force', `${formula.path} version ${formula.version}`, 'found')

  const problems = checkAction(located, formula)
  if (problems.length > 0) return refuseProblems(draft, 'formula_allows', problems)
  draft.asked = { action, bytes: file.bytes, blob: file.blob, formula, requesters: [] }
  return null
}

/** The most telling code first: a key that is refused by name, then what is not supported, then the first in the file. */
function refuseProblems(draft: Draft, rule: string, problems: readonly Problem[]): Judgement {
  const telling = (['dispatch_mode_forbidden', 'not_supported'] as const).find((code) =>
    problems.some((problem) => problem.code === code),
  )
  const first = problems[0]
  const reason: RefuseReason = telling ?? first?.code ?? 'bad_value'
  const detail = problems.map((problem) => `${problem.line}:${problem.column} ${problem.message}`).join('; ')
  return draft.refuse(rule, reason, detail, problems)
}
