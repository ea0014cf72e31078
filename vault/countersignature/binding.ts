/** Law 5: a merge binds to exact content, by what git shows and by nothing that anybody says. */
import { type EntryFact, sameEntry } from '../git-facts.js'
import type { Oid } from '../oid.js'
import type { MergeFact } from './fact.js'
import type { KeyDraft, Refused } from './key-draft.js'

export interface Demand {
  readonly tier: 'medium' | 'high'
  readonly path: string
  /** The action's entry on main now, or at claim time. */
  readonly entry: EntryFact
}

interface Bound {
  readonly kind: 'bound'
  /** Main before, and the head that was approved. */
  readonly parents: readonly [Oid, Oid]
}

/** @param allowed what to do instead where it is no merge at all: a squash, a rebase, a direct push */
export function bindMerge(merge: MergeFact, demand: Demand, allowed: string, draft: KeyDraft): Bound | Refused {
  const [first, second, ...more] = merge.parents
  if (first === undefined || second === undefined) {
    const what = `${short(merge.commit)} is not a merge, but a commit made directly on main`
    return draft.refuse('second_key_is_a_merge', 'no_second_key', `${what}${allowed}`)
  }
  if (more.length > 0)
    return draft.refuse(
      'exact_binding',
      'binding_mismatch',
      `${short(merge.commit)} has ${merge.parents.length} parents`,
    )
  const unbound = bindingFault(merge, demand)
  if (unbound !== null) return draft.refuse('exact_binding', 'binding_mismatch', unbound)
  draft.saw('exact_binding', `${short(merge.commit)} adds only ${demand.path}, as in ${short(second)}`, 'bound')
  return { kind: 'bound', parents: [first, second] }
}

/**
 * Catches content that was slipped in while merging, other paths brought along, an edit after the approval, and
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

export function short(oid: string): string {
  return oid.slice(0, 12)
}
