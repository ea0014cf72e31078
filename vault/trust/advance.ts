/** One step along main: what a commit that changed the trust set makes of what is in force. */
import { sameTrustSet, type TrustSetIds } from '../policy/trust-set.js'
import { type Authority, authorityOf, type TrustWitness } from './authority.js'
import type { TrustChange } from './change.js'
import type { BrokenSet, Trust } from './trust.js'

/**
 * First restore, then change: an admin's change counts only on a set that has authority itself, so that a harmless
 * change cannot launder an unauthorised one that lies below it (field failure 40).
 *
 * Where the forge could not tell who stands behind it, the result says so (`unverified`), and is the same whatever comes
 * after: to ask again, go on from the trust before that commit.
 */
export function advanceTrust(trust: Trust, change: TrustChange, witness: TrustWitness): Trust {
  if (trust.unverified !== null) return trust
  // Content decides, not history: whoever puts the authorised set back has restored it.
  if (sameTrustSet(change.after, authorisedIds(trust))) return { ...trust, offending: null }
  if (!asksAuthority(trust, change)) return offended(trust, change, authorityOnUnauthorised(trust, change, witness))

  const authority = authorityOf(change, trust, witness)
  if (authority.kind === 'unverifiable') {
    return { ...trust, unverified: { commit: change.commit, fault: authority.fault } }
  }
  if (authority.kind === 'lacking') {
    const { detail } = authority
    return { ...trust, offending: { commit: change.commit, reason: 'trust_change_unauthorised', detail } }
  }
  if (change.compiled.ok) {
    return { ...trust, inForce: { commit: change.commit, set: change.compiled.set }, broken: null, offending: null }
  }
  const broken: BrokenSet = { commit: change.commit, ids: change.after, files: change.compiled.files }
  return { ...trust, broken, offending: null }
}

/** Does anything hang on who stands behind it? Elsewhere the forge need not be asked. */
export function asksAuthority(trust: Trust, change: Pick<TrustChange, 'before' | 'after'>): boolean {
  const authorised = authorisedIds(trust)
  return sameTrustSet(change.before, authorised) && !sameTrustSet(change.after, authorised)
}

/** Would the forge of now refuse what the forge of then may have let through? */
export function asksHindsight(trust: Trust, change: TrustChange, witness: TrustWitness): boolean {
  if (change.hindsight !== null || !asksAuthority(trust, change)) return false
  const authority = authorityOf(change, trust, witness)
  return authority.kind === 'lacking' && authority.isOfNow
}

/** What the next change has to stand on. */
export function authorisedIds(trust: Trust): TrustSetIds {
  return trust.broken?.ids ?? trust.inForce.set.ids
}

/** Only for the words: it takes no force either way, so the forge need not have been asked. */
function authorityOnUnauthorised(trust: Trust, change: TrustChange, witness: TrustWitness): Authority {
  return trust.adminsFrom === 'forge' && change.pull === null ? { kind: 'given' } : authorityOf(change, trust, witness)
}

function offended(trust: Trust, change: TrustChange, authority: Authority): Trust {
  const lacks = authority.kind === 'lacking' ? authority.detail : null
  const first = {
    commit: change.commit,
    reason: lacks === null ? ('trust_change_on_unauthorised' as const) : ('trust_change_unauthorised' as const),
    detail: lacks ?? 'it stands on a set that is not in force',
  }
  return { ...trust, offending: trust.offending ?? first }
}
