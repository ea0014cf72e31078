/** The verdict on an action that reached main. */
import { parseActionId } from '../action/id.js'
import { neededRole, possibleApprovers } from '../countersignature/approver.js'
import { countersignatureOf } from '../countersignature/countersignature.js'
import type { MergeFact } from '../countersignature/fact.js'
import type { PullWitness } from '../countersignature/pull-merge.js'
import { known } from '../forge/unproven.js'
import { sameEntry } from '../git-facts.js'
import type { Oid } from '../oid.js'
import type { Snapshot, WaitingFact } from '../plan/snapshot.js'
import type { Evidence } from '../record/statement.js'
import { kinOf } from '../request/known-pulls.js'
import { knownRequesters } from '../request/requesters.js'
import { Draft } from './draft.js'
import { forgeApprovers } from './forge-approvers.js'
import { generalHold, type Hold, readinessHold, trustFault } from './gate.js'
import { judgeContent } from './judge-content.js'
import { authorsOf } from './judge-pull.js'
import { MAY_WRITE, type RequesterStanding, standingOf } from './requester-standing.js'
import type { Asked, Judgement } from './verdict.js'

const REGULAR_FILE = '100644'

export function judgeWaiting(waiting: WaitingFact, snapshot: Snapshot): Judgement {
  const draft = new Draft(waiting.stem, {
    kind: 'main',
    path: waiting.path,
    branchHead: branchHeadOf(waiting, snapshot),
  })
  const dossier = waiting.pull?.ok === true ? waiting.pull.value : null
  draft.pulls = dossier === null ? [] : [{ number: dossier.pull.number, url: dossier.pull.url }]
  const stopped = generalHold(snapshot)
  const unknown = trustFault(snapshot)
  if (unknown !== null) return draft.unproven('trust_set', unknown)
  const used = snapshot.used.get(waiting.stem)
  if (used !== undefined)
    return draft.refuse('id_unused', 'already_fired', `${waiting.stem} was claimed on ${used.day}`)
  if (parseActionId(waiting.stem) === null)
    return draft.refuse('file_name', 'branch_name_invalid', `${waiting.path} has no valid id as its name`)
  if (waiting.entry.mode !== REGULAR_FILE)
    return draft.refuse('regular_file', 'not_regular_file', `${waiting.path} has mode ${waiting.entry.mode}`)
  const refused = judgeContent(draft, waiting.file, standingOnMain(waiting, snapshot), snapshot)
  if (refused !== null) return refused
  const { asked } = draft
  if (asked === null) throw new Error('judgeContent promised an action')
  return judgeKeys(draft, asked, waiting, stopped, snapshot)
}

/** Where its branch is, if that asks for what lies on main: another head of that name is another request, and survives (field failure 54). */
function branchHeadOf({ stem, entry, merge }: WaitingFact, { branches, requests }: Snapshot): Oid | null {
  const head = branches.get(stem) ?? null
  if (head === null || (head === merge?.parents[1] && sameEntry(merge.inSecondParent, entry))) return head
  const content = requests.find((request) => request.isBranch && request.suffix === stem)?.content
  const file = content?.kind === 'change' ? content.file : null
  return file !== null && file.kind !== 'none' && file.blob === entry.oid ? head : null
}

/** A stranger's request does not become a writer's because a writer merged it; what no pull request brought was pushed by a writer. */
function standingOnMain({ pull }: WaitingFact, { forge }: Snapshot): RequesterStanding {
  if (forge === null) return MAY_WRITE
  const found = known(pull, 'the pull request that brought it')
  if (!found.ok) return { kind: 'unverifiable', fault: found.fault }
  return found.value === null ? MAY_WRITE : standingOf([found.value, ...found.value.others], forge.repositoryId)
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
  const { forge } = snapshot
  const set = snapshot.trust.inForce.set
  if (merge === null)
    return draft.unverifiable('second_key', 'object_missing', 'the commit that brought it to main could not be read')
  if (tier === 'low') {
    const evidence = policyEvidence(merge, waiting, snapshot)
    draft.asked = { ...asked, requesters: evidence.requesters }
    const held = stopped ?? readinessHold(asked, snapshot)
    if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
    draft.saw('second_key', 'low blast radius', 'the policy alone decides')
    return draft.close({ kind: 'fire', reason: 'auto_approved', evidence })
  }
  // Who else asked for this head is not known without the open pull requests (law 6).
  if (forge !== null && forge.fault !== null) return draft.unproven('pull_requests', forge.fault)
  draft.approvers = forge === null ? possibleApprovers(neededRole(tier, set), set) : forgeApprovers(tier, set)
  const demand = { tier, path: waiting.path, entry: waiting.entry }
  const key = countersignatureOf(merge, demand, set, witnessOf(merge, waiting, snapshot))
  draft.add(key.rules)
  if (key.kind === 'refused') return draft.close({ kind: 'refuse', reason: key.reason, detail: key.detail })
  if (key.kind === 'unverifiable') return draft.close({ kind: 'unverifiable', reason: key.reason, detail: key.detail })
  const { evidence } = key
  draft.asked = { ...asked, requesters: evidence.requesters.map((who) => (typeof who === 'string' ? who : who.login)) }
  const held = stopped ?? readinessHold(asked, snapshot)
  if (held !== null) return draft.hold('dispatcher_may_fire', held.reason, held.saw)
  return draft.close({ kind: 'fire', reason: tier === 'high' ? 'merged_by_admin' : 'merged_by_writer', evidence })
}

function witnessOf(merge: MergeFact, { pull }: WaitingFact, { forge, requests, now }: Snapshot): PullWitness | null {
  if (forge === null) return null
  const [, head] = merge.parents
  return { identity: forge, pull, kin: head === undefined ? [] : kinOf(head, requests, forge), now }
}

function policyEvidence(
  merge: MergeFact,
  { pull }: WaitingFact,
  snapshot: Snapshot,
): Extract<Evidence, { kind: 'policy' }> {
  const { forge, trust } = snapshot
  const dossier = pull?.ok === true ? pull.value : null
  const [, head] = merge.parents
  if (forge === null || dossier === null)
    return { kind: 'policy', requesters: knownRequesters(merge.commits, trust.inForce.set) }
  const where = { forge: forge.kind, repo_id: forge.repositoryId, pull: dossier.pull.number }
  return {
    kind: 'policy',
    requesters: authorsOf([dossier, ...dossier.others]),
    ...(head === undefined ? {} : { pull: { ...where, head } }),
  }
}
