/**
 * What the forge said last, for as long as it is asked the same and its listing shows the same. What is approved and does not
 * fire (opposed, approved by somebody who may not, a secret is missing) would else be asked about in each tick: a handful of
 * them, which anybody who can review may bring about, uses up the calls that a forge grants.
 */

import { LIMITS } from '../../vault/limits.js'
import type { WaitingFact } from '../../vault/plan/snapshot.js'
import type { Asking, ForgeFacts } from './asking.js'
import { hasFault } from './settled.js'

interface Told {
  readonly asking: Asking
  readonly facts: ForgeFacts
}

export class ForgeMemory {
  #told: Told | null = null
  /** Since when the listing has shown the same. */
  #shown: { readonly signature: string; readonly since: number } | null = null

  /** Nothing is let through by it. Null: the forge is to be asked. */
  recall(asking: Asking): ForgeFacts | null {
    const told = this.#told
    if (told === null || !isSame(told.asking, asking)) return null
    const age = asking.now - told.asking.now
    return age >= 0 && age < LIMITS.forgeRereadMs ? told.facts : null
  }

  keep(asking: Asking, facts: ForgeFacts): void {
    const { now, listing } = asking
    const { signature } = listing
    if (this.#shown?.signature !== signature || now < this.#shown.since) this.#shown = { signature, since: now }
    // Times of a forge have seconds: what came in the second of our reading shows no other time.
    const isPast = now - this.#shown.since >= LIMITS.forgeSettleMs
    this.#told = isPast && listing.fault === null && isWhole(facts) ? { asking, facts } : null
  }
}

function isSame(before: Asking, after: Asking): boolean {
  const areSame =
    before.found.length === after.found.length &&
    before.found.every(({ fact }, index) => fact === after.found[index]?.fact)
  return (
    areSame &&
    before.listing.signature === after.listing.signature &&
    before.lying === after.lying &&
    before.set === after.set &&
    before.isHeld === after.isHeld
  )
}

/** What the forge could not say, or may say of a merge in a moment only, is asked again in the next tick. */
function isWhole({ requests, waiting, kin }: ForgeFacts): boolean {
  const dossiers = [...requests.flatMap(({ pulls }) => pulls), ...[...kin.values()].flat()]
  return !dossiers.some(hasFault) && waiting.every(isWholeMerge)
}

function isWholeMerge({ pull }: WaitingFact): boolean {
  if (pull === null) return true
  if (!pull.ok || pull.value === null || pull.value.isRecent) return false
  return ![pull.value, ...pull.value.others].some(hasFault)
}
