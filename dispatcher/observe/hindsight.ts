/**
 * For a dispatcher that comes to main after the trust set was changed: who merged it then may have no rights any more. What
 * the newest claims name as in force says whether the change took force (law 4). Both is followed further, that it did and
 * that it did not, until a claim fits only one of them.
 */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import { sameTrustSet } from '../../vault/policy/trust-set.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { advanceTrust, asksAuthority, asksHindsight, authorisedIds } from '../../vault/trust/advance.js'
import type { Hindsight, TrustChange } from '../../vault/trust/change.js'
import type { Trust } from '../../vault/trust/trust.js'
import { type ClaimWord, newestClaims } from './newest-claims.js'
import { readChange, TRUST_PATHS, type TrustGround } from './trust-reader.js'

/** What may be in force, by what is not known: beyond this nothing can be told. */
const MOST_CASES = 16
/** Of claims that name the set before the change: the newest say it. */
const MOST_BASES = 20

export class HindsightReader {
  #words: Promise<readonly ClaimWord[]> | null = null

  constructor(
    private readonly repository: Repository,
    private readonly verifier: RecordVerifier,
    private readonly main: Oid,
    private readonly ground: TrustGround,
  ) {}

  /** @param trust what is in force before the change */
  async of(trust: Trust, change: TrustChange): Promise<Hindsight> {
    const { main, ground } = this
    const asked = { root: trust.root, main, isHearsayEnough: ground.isLook }
    this.#words ??= newestClaims(this.repository, this.verifier, asked)
    const words = await this.#words
    const named = new Set(words.map(({ set }) => set))
    const isPassedOver = await this.#isPassedOver(trust, change, words)
    const told = named.has(change.commit) ? 'taken' : await this.#follow(trust, change, named)
    if (!isPassedOver) return told
    // Two dispatchers that do not agree.
    return told === 'taken' ? 'unknown' : 'not_taken'
  }

  /** A claim that was decided on a main with the change in it, and still names the set before it. */
  async #isPassedOver(trust: Trust, change: TrustChange, words: readonly ClaimWord[]): Promise<boolean> {
    const { history, objects } = this.repository
    const before = words.filter(({ set }) => set === trust.inForce.commit)
    const bases = [...new Set(before.map(({ base }) => base))].slice(0, MOST_BASES)
    for (const base of bases) {
      if ((await objects.commit(base)) !== null && (await history.isOnFirstParentLine(change.commit, base))) return true
    }
    return false
  }

  async #follow(trust: Trust, change: TrustChange, named: ReadonlySet<Oid>): Promise<Hindsight> {
    const line = await this.repository.history.line(change.commit, this.main, TRUST_PATHS)
    let taken: readonly Trust[] = [taking(trust, change)]
    let passed: readonly Trust[] = [passing(trust, change, this.ground)]
    for (const commit of line) {
      if (named.has(commit.oid)) return this.#fitting(commit, taken, passed)
      taken = await this.#after(commit, taken)
      passed = await this.#after(commit, passed)
      const all = [...taken, ...passed]
      if (all.length > MOST_CASES || all.some(({ unverified }) => unverified !== null)) return 'unknown'
      if (all.every((other) => isSameForce(other, all[0] as Trust))) return 'not_taken'
    }
    return 'unknown'
  }

  /** It took force, says a claim, so its first parent's set was in force: in which case could that be? */
  async #fitting(commit: LineCommit, taken: readonly Trust[], passed: readonly Trust[]): Promise<Hindsight> {
    const fits = async (cases: readonly Trust[]) => {
      for (const each of cases) {
        if (asksAuthority(each, await readChange(this.repository, each, commit, { ...this.ground, pullOf: null })))
          return true
      }
      return false
    }
    if (await fits(passed)) return 'not_taken'
    return (await fits(taken)) ? 'taken' : 'unknown'
  }

  async #after(commit: LineCommit, cases: readonly Trust[]): Promise<readonly Trust[]> {
    const next: Trust[] = []
    for (const each of cases) {
      const change = await readChange(this.repository, each, commit, this.ground)
      const passed = passing(each, change, this.ground)
      const both = asksHindsight(each, change, this.ground.witness) ? [passed, taking(each, change)] : [passed]
      for (const one of both) if (!next.some((other) => isSameForce(one, other))) next.push(one)
    }
    return next
  }
}

/** As a clone has it: every merge that is bound exactly. */
function taking(trust: Trust, change: TrustChange): Trust {
  return advanceTrust(trust, change, 'clone')
}

function passing(trust: Trust, change: TrustChange, { witness }: TrustGround): Trust {
  return advanceTrust(trust, { ...change, hindsight: 'not_taken' }, witness)
}

function isSameForce(a: Trust, b: Trust): boolean {
  return sameTrustSet(authorisedIds(a), authorisedIds(b)) && sameTrustSet(a.inForce.set.ids, b.inForce.set.ids)
}
