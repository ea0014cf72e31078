/** The verdict on an action that reached main. */
import { parseActionId } from '../action/id.js'
import { possibleApprovers } from '../countersignature/approver.js'
import { countersignatureOf, neededRole } from '../countersignature/signed-merge.js'
import type { Snapshot, WaitingFact } from '../plan/snapshot.js'
import { knownRequesters } from '../request/requesters.js'
import { Draft } from './draft.js'
import { generalHold, type Hold, readinessHold } from './gate.js'
import { judgeContent } from './judge-content.js'
import type { Asked, Judgement } from './verdict.js'

const REGULAR_FILE = '100644'

export function judgeWaiting(waiting: WaitingFact, snapshot: Snapshot): Judgement {
  const branchHead = snapshot.branches.get(waiting.stem) ?? null
  const draft = new Draft(waiting.stem, { kind: 'main', path: waiting.path, branchHead })
  const stopped = generalHold(snapshot)
  const used = snapshot.used.get(waiting.stem)
  if (used !== undefined)
    return draft.refuse('id_unused', 'already_fired', `${waiting.stem} was claimed on ${used.day}`)
  if (parseActionId(waiting.stem) === null)
    return draft.refuse('file_name', 'branch_name_invalid', `${waiting.path} has no valid id as its name`)
  if (waiting.entry.mode !== REGULAR_FILE)
    return draft.refuse('regular_file', 'not_regular_file', `${waiting.path} has mode ${waiting.entry.mode}`)
  const refused = judgeContent(draft, waiting.file, snapshot)
  if (refused !== null) return refused
  const { asked } = draft
  if (asked === null) throw new Error('judgeContent promised an action')
  return judgeKeys(draft, asked, waiting, stopped, snapshot)
}

function judgeKeys(
  draft: Draft,
  asked: Asked,
  waiting: WaitingFact,
  stopped: Hold | null,
  snapshot: Snapshot,
): Judgement {
  const { tier } = draft
  const { merge } = waiting
  const set = snapshot.trust.inForce.set
  if (merge === null)
    return draft.unverifiable('second_key', 'object_missing', 'the commit that brought it to main could not be read')
  if (tier === 'low') {
    const requesters = knownRequesters(merge.commits, set)
    draft.asked = { ...asked, requesters }
    const held = stopped ?? readinessHold(asked, snapshot)
    if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
    draft.saw('second_key', 'low blast radius', 'the policy alone decides')
    return draft.close({ kind: 'fire', reason: 'auto_approved', evidence: { kind: 'policy', requesters } })
  }
  draft.approvers = possibleApprovers(neededRole(tier, set), set)
  const countersignature = countersignatureOf(merge, { tier, path: waiting.path, entry: waiting.entry }, set)
  draft.add(countersignature.rules)
  if (countersignature.kind === 'refused') {
    const { reason, detail } = countersignature
    return draft.close({ kind: 'refuse', reason, detail })
  }
  const { evidence } = countersignature
  draft.asked = { ...asked, requesters: evidence.requesters }
  const held = stopped ?? readinessHold(asked, snapshot)
  if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
  return draft.close({ kind: 'fire', reason: tier === 'high' ? 'merged_by_admin' : 'merged_by_writer', evidence })
}
