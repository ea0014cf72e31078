/** Does an admin's second key stand behind a commit that changed the trust set? It may be the same person who wrote it (law 6). */
import { approverOf } from '../countersignature/approver.js'
import { KeyDraft } from '../countersignature/key-draft.js'
import { mergedPullOf } from '../countersignature/merged-pull.js'
import type { ForgeIdentity } from '../forge/sight.js'
import type { Unproven } from '../forge/unproven.js'
import type { Oid } from '../oid.js'
import type { RefuseReason } from '../reasons.js'
import type { TrustChange } from './change.js'
import type { Trust } from './trust.js'

/**
 * Where admins come from a forge: who we are there. `clone`: its ops repo without the forge, for commands that only read
 * and for audits; git shows which merges could have had authority, and no clone says who made them. Null: plain git.
 */
export type TrustWitness = ForgeIdentity | 'clone' | null

export type Authority =
  | { readonly kind: 'given' }
  /** `isOfNow`: the forge says so now, and may have said otherwise when the change came. */
  | { readonly kind: 'lacking'; readonly detail: string; readonly isOfNow: boolean }
  | { readonly kind: 'unverifiable'; readonly fault: Unproven }

export function authorityOf(change: TrustChange, trust: Trust, witness: TrustWitness): Authority {
  if (change.parents.length > 2) return lacking(`it has ${change.parents.length} parents`)
  if (trust.adminsFrom === 'signers') {
    const approver = approverOf(change.signature, 'admin', trust.inForce.set)
    return approver.kind === 'allowed' ? GIVEN : lacking(approver.detail)
  }
  const [, head] = change.parents
  if (head === undefined) return lacking('it is not the merge of a pull request, but a commit made directly on main')
  const unbound = bindingFault(change)
  if (unbound !== null) return lacking(unbound)
  if (witness === 'clone') return GIVEN
  return witness === null ? NOBODY_ASKED : pullAuthority(change, head, trust, witness)
}

function pullAuthority(change: TrustChange, head: Oid, trust: Trust, identity: ForgeIdentity): Authority {
  const merge = { commit: change.commit, head }
  const merged = mergedPullOf(merge, change.pull, 'admin', { identity, set: trust.inForce.set }, new KeyDraft())
  if (merged.kind === 'merged') return GIVEN
  const { kind, reason, detail } = merged
  if (kind === 'unverifiable') return { kind, fault: { reason, detail } }
  const isOfNow = OF_THE_PERSON.has(reason) || OF_THE_PULL.has(reason)
  const { hindsight } = change
  if (!isOfNow || hindsight === null || hindsight === 'not_taken') return lacking(`${reason}: ${detail}`, isOfNow)
  return hindsight === 'taken' && isExcused(reason, change) ? GIVEN : unproven(`${reason}: ${detail}`)
}

/** People lose their rights, and accounts are deleted. */
const OF_THE_PERSON: ReadonlySet<RefuseReason> = new Set(['approver_role', 'approver_is_ghost', 'approver_unnamed'])
/** Pull requests are deleted, and reviews. */
const OF_THE_PULL: ReadonlySet<RefuseReason> = new Set(['no_second_key', 'scheduled_without_review'])

/**
 * A pinned dispatcher's word stands for the rights that a person had, never for the merge: the forge itself still has to
 * say that it is one of a pull request, by somebody else than a dispatcher. A stolen key of a dispatcher, which may push
 * to main, must not bring a change into force that nobody merged.
 */
function isExcused(reason: RefuseReason, { pull }: TrustChange): boolean {
  const found = pull?.ok === true ? pull.value : null
  if (found === null || !OF_THE_PERSON.has(reason)) return false
  return [found, ...found.others].every(({ history }) => history?.ok === true && history.value.scheduledBy.length === 0)
}

function unproven(detail: string): Authority {
  return { kind: 'unverifiable', fault: { reason: 'trust_change_unproven', detail } }
}

/**
 * What the admin saw must be what main got, path by path: neither slipped in while merging, nor left out. Where main had
 * changed the same file meanwhile, the merge made a text that nobody has reviewed.
 */
function bindingFault({ merged }: TrustChange): string | null {
  if (merged === null || merged.truncated) return 'it changes more files of the trust set than are compared'
  const other = merged.paths.find(
    ({ inMerge, inHead }) => inMerge?.oid !== inHead?.oid || inMerge?.mode !== inHead?.mode,
  )
  if (other === undefined) return null
  return `${other.path} is not what the pull request has; where main had changed it, update the branch first`
}

const GIVEN: Authority = { kind: 'given' }
const NOBODY_ASKED: Authority = {
  kind: 'unverifiable',
  fault: { reason: 'forge_not_asked', detail: 'the forge was not asked who merged it' },
}

function lacking(detail: string, isOfNow = false): Authority {
  return { kind: 'lacking', detail, isOfNow }
}
