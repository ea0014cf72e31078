/**
 * The second key in plain git: `countersignatureOf(M)` for a merge M that brought one action to main.
 * Law 5 binds it to exact content, law 6 keeps requester and approver apart.
 */
import type { EntryFact } from '../git-facts.js'
import type { TrustSet } from '../policy/trust-set.js'
import type { RefuseReason } from '../reasons.js'
import type { Evidence } from '../record/statement.js'
import { requestersOf } from '../request/requesters.js'
import type { Rule } from '../rule.js'
import { approverOf } from './approver.js'
import type { MergeFact } from './fact.js'

export type Countersignature =
  | {
      readonly kind: 'evidence'
      readonly evidence: Extract<Evidence, { kind: 'signed_merge' }>
      readonly rules: readonly Rule[]
    }
  | {
      readonly kind: 'refused'
      readonly reason: RefuseReason
      readonly detail: string
      readonly rules: readonly Rule[]
    }

export interface Demand {
  readonly tier: 'medium' | 'high'
  readonly path: string
  /** The action's entry on main now, or at claim time. */
  readonly entry: EntryFact
}

export function countersignatureOf(merge: MergeFact, demand: Demand, set: TrustSet): Countersignature {
  const rules: Rule[] = []
  const refuse = (rule: string, reason: RefuseReason, detail: string): Countersignature => {
    rules.push({ rule, saw: detail, gave: `refuse ${reason}` })
    return { kind: 'refused', reason, detail, rules }
  }
  const [first, second, ...more] = merge.parents
  if (first === undefined || second === undefined) {
    return refuse(
      'second_key_is_a_merge',
      'no_second_key',
      `${short(merge.commit)} is not a merge, but a commit made directly on main`,
    )
  }
  if (more.length > 0)
    return refuse('exact_binding', 'binding_mismatch', `${short(merge.commit)} has ${merge.parents.length} parents`)
  const unbound = bindingFault(merge, demand)
  if (unbound !== null) return refuse('exact_binding', 'binding_mismatch', unbound)
  rules.push({
    rule: 'exact_binding',
    saw: `${short(merge.commit)} adds only ${demand.path}, as in ${short(second)}`,
    gave: 'bound',
  })

  if (merge.tooManyCommits) return refuse('requesters', 'too_many_commits', 'more commits than are read')
  const requesters = requestersOf(merge.commits, set)
  if (requesters.kind === 'unknown') return refuse('requesters', 'requester_unknown', requesters.detail)
  rules.push({ rule: 'requesters', saw: requesters.principals.join(', '), gave: 'known' })

  const approver = approverOf(merge.signature, neededRole(demand.tier, set), set)
  if (approver.kind === 'refused') return refuse('approver', approver.reason, approver.detail)
  rules.push({
    rule: 'approver',
    saw: `${approver.principal} (${approver.role}) signed ${short(merge.commit)}`,
    gave: 'allowed',
  })

  const isSelf = requesters.principals.includes(approver.principal)
  const allowSelf = set.policy[demand.tier].allowSelf
  if (isSelf && !allowSelf)
    return refuse('two_people', 'self_approval', `${approver.principal} requested and merged it`)
  rules.push({
    rule: 'two_people',
    saw: `${approver.principal} merged, ${requesters.principals.join(', ')} requested`,
    gave: isSelf ? 'allowed by allow_self' : 'two people',
  })

  const { principal, key, role } = approver
  return {
    kind: 'evidence',
    rules,
    evidence: {
      kind: 'signed_merge',
      merge_commit: merge.commit,
      parents: [first, second],
      merged_by: { principal, key, role },
      requesters: requesters.principals,
    },
  }
}

/** The least role of a tier's second key. */
export function neededRole(tier: 'medium' | 'high', set: TrustSet): 'admin' | 'write' {
  return tier === 'high' ? set.policy.high.mergedBy : set.policy.medium.reviewedBy
}

/**
 * Law 5. Catches content that was slipped in while merging, other paths brought along, an edit after the approval, and
 * a re-addition by somebody else (the last commit that changed the path is then not this merge).
 */
function bindingFault(merge: MergeFact, demand: Demand): string | null {
  const [only, ...others] = merge.changes.changes
  if (only === undefined || others.length > 0 || merge.changes.truncated || only.path !== demand.path) {
    return `${short(merge.commit)} does not change exactly ${demand.path}`
  }
  if (only.before !== null) return `${demand.path} existed before ${short(merge.commit)}`
  if (only.after === null || !sameEntry(only.after, demand.entry))
    return `${demand.path} is not what ${short(merge.commit)} brought`
  if (merge.inSecondParent === null || !sameEntry(merge.inSecondParent, demand.entry)) {
    return `${demand.path} is not the same in the request that was merged`
  }
  return null
}

function sameEntry(a: EntryFact, b: EntryFact): boolean {
  return a.oid === b.oid && a.mode === b.mode
}

function short(oid: string): string {
  return oid.slice(0, 12)
}
