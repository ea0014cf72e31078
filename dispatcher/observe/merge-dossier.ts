/** The pull request behind a merge on main: read singly, at decision time, and never kept (law 5). */
import type { ForgeReader } from '../../lib/forge/port.js'
import type { ForgeFault, Learned, MergeDossier, PullDossier, PullFact } from '../../vault/forge/fact.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { askRequesters, Dossier } from './dossier.js'
import type { Learner } from './learn.js'
import { askVeto } from './open-dossiers.js'

/** The tier hangs on whether the requester may write (law 3): not where it is high anyway. */
export interface AsksAuthor {
  readonly repositoryId: number
}

/** What ended a review window is asked for as well. */
export interface AsksVeto {
  /** Had a window at that head, and are not listed any more. */
  readonly gone: ReadonlySet<number>
  readonly mayVeto: boolean
}

/** Finds the pull request of a merge, and what the second key hangs on. */
export class MergeReader {
  /** Head -> pull requests that were seen open with it. */
  readonly #seen = new Map<Oid, Set<number>>()
  readonly #pulls = new Map<number, PullFact>()
  /** Since when a merge has been asked about, in elapsed milliseconds. */
  readonly #askedSince = new Map<Oid, number>()

  /** @param elapsed milliseconds: a clock that steps ahead must not make a forge's silence look like its word */
  constructor(
    private readonly forge: ForgeReader,
    private readonly elapsed: () => number,
  ) {}

  /** Remembers heads while their pull requests are open: after the merge, the forge shows the branch's live tip. */
  remember(pulls: readonly PullFact[]): void {
    for (const pull of pulls) {
      this.#seen.set(pull.head, (this.#seen.get(pull.head) ?? new Set()).add(pull.number))
      this.#pulls.set(pull.number, pull)
    }
    forgetOldest(this.#seen)
    forgetOldest(this.#pulls)
  }

  /**
   * Pull requests that were seen open with a head, but for those of `but`. Whoever asked there asks here as well (law 6), and a
   * veto there is one here.
   */
  async kin(
    head: Oid,
    but: ReadonlySet<number>,
    learner: Learner,
    { gone, mayVeto }: AsksVeto,
  ): Promise<readonly PullDossier[]> {
    const dossiers: PullDossier[] = []
    for (const number of new Set([...(this.#seen.get(head) ?? []), ...gone])) {
      const known = but.has(number) ? null : await this.#known(number, learner)
      if (known === null) continue
      const dossier = new Dossier(this.forge, learner, known)
      await dossier.history()
      if (mayVeto) await askVeto(dossier)
      dossiers.push(dossier.close())
    }
    return dossiers
  }

  async #known(number: number, learner: Learner): Promise<PullFact | null> {
    const known = this.#pulls.get(number)
    if (known !== undefined) return known
    const read = await learner.learn(() => this.forge.pull(number))
    return read.ok ? read.value : null
  }

  /** @returns `value` null where the forge knows no pull request with this merge commit */
  async read(
    merge: { readonly commit: Oid; readonly parents: readonly Oid[] },
    learner: Learner,
    asksAuthor: AsksAuthor | null = null,
  ): Promise<Learned<MergeDossier | null>> {
    const { commit } = merge
    const [, second] = merge.parents
    const isEarly = this.#isEarly(commit)
    // A squash or a rebase is no second key; its pull request is looked for to be told so.
    const seen = second === undefined ? [] : [...(this.#seen.get(second) ?? [])]
    const asked = await learner.learn(() => this.forge.pullsOfMerge(commit))
    if (!asked.ok) return asked
    const found = await this.#find(new Set([...seen, ...asked.value]), commit, learner)
    if (!found.ok) return found
    const { pulls, late } = found.value
    const [first, ...others] = pulls
    if (first === undefined) {
      if (second === undefined || !isEarly) return { ok: true, value: null }
      return missing(`the forge does not know yet which pull request was merged as ${commit.slice(0, 12)}`)
    }
    const isRecent = isEarly && learner.now - first.updatedAt < LIMITS.forgeRecentMs
    if (late !== null && isRecent) return missing(late)
    const fill = (pull: PullFact) => this.#fill(pull, learner, asksAuthor)
    const dossier = await fill(first)
    const more: PullDossier[] = []
    for (const pull of others) more.push(await fill(pull))
    return { ok: true, value: { ...dossier, isRecent, others: more } }
  }

  /** Main moves before a forge writes down which pull request moved it: what is not known at once may only be late. */
  #isEarly(commit: Oid): boolean {
    const now = this.elapsed()
    const since = this.#askedSince.get(commit) ?? now
    this.#askedSince.set(commit, since)
    forgetOldest(this.#askedSince)
    return now - since < LIMITS.forgeGraceMs
  }

  /** `late`: what the forge may only not say yet, and may speak against the others. */
  async #find(
    numbers: ReadonlySet<number>,
    commit: Oid,
    learner: Learner,
  ): Promise<Learned<{ readonly pulls: readonly PullFact[]; readonly late: string | null }>> {
    const pulls: PullFact[] = []
    let fault: ForgeFault | null = null
    let late: string | null = null
    for (const number of numbers) {
      const pull = await learner.learn(() => this.forge.pull(number))
      if (!pull.ok) fault = pull.fault
      else if (pull.value.merged && pull.value.mergeCommit === commit) pulls.push(pull.value)
      else if (this.forge.kind === 'github' && pull.value.state === 'open')
        late = `pull request ${number}, of the same head, is not merged yet, says the forge`
    }
    // One of those that could not be read might be it, or speak against it. One that was deleted since does neither.
    if (fault !== null && (pulls.length === 0 || fault.reason !== 'forge_missing')) return { ok: false, fault }
    return { ok: true, value: { pulls, late: fault?.detail ?? late } }
  }

  async #fill(pull: PullFact, learner: Learner, asksAuthor: AsksAuthor | null): Promise<PullDossier> {
    const dossier = new Dossier(this.forge, learner, pull)
    const history = await dossier.history()
    await dossier.permission(pull.mergedBy)
    if (asksAuthor !== null) await askRequesters(dossier, asksAuthor.repositoryId)
    // A merge that was scheduled may be of another head than its admin saw: only a review of that head counts.
    if (history.ok && history.value.scheduledBy.length > 0) await dossier.reviews()
    return dossier.close()
  }
}

function missing(detail: string): Learned<never> {
  return { ok: false, fault: { reason: 'forge_missing', detail } }
}

/** What is older is asked of the forge. */
const REMEMBERED = 20_000

function forgetOldest(map: Map<unknown, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= REMEMBERED) return
    map.delete(key)
  }
}
