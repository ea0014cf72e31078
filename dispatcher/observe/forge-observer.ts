/** What one tick sees of the forge: one listing, and what verdicts hang on. A forge that is down is a fact, not an error. */
import type { ForgeReader } from '../../lib/forge/port.js'
import type { Objects } from '../../lib/git/port.js'
import type { UsedIds } from '../../lib/state/used-ids.js'
import type { Account, Learned, MergeDossier, PullDossier, PullFact } from '../../vault/forge/fact.js'
import type { ForgeSight, OwedFact } from '../../vault/forge/sight.js'
import type { WindowState } from '../../vault/forge/window-state.js'
import type { Oid } from '../../vault/oid.js'
import type { WaitingFact } from '../../vault/plan/snapshot.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { RequestFact } from '../../vault/request/fact.js'
import type { Tier } from '../../vault/tier.js'
import type { PullsFile } from '../state/pulls-file.js'
import type { Asking, ForgeFacts, FoundRequest, Listing } from './asking.js'
import { Learner } from './learn.js'
import { MergeReader } from './merge-dossier.js'
import { type DossierContext, OpenDossiers, tierOf } from './open-dossiers.js'
import { readOwed } from './owed-reader.js'
import type { TrustGround } from './trust-reader.js'

export interface ForgeObserverParts {
  readonly forge: ForgeReader
  readonly branch: string
  readonly objects: Objects
  readonly verifier: RecordVerifier
  readonly pulls: Pick<PullsFile, 'all' | 'revision'>
  readonly usedIds: Pick<UsedIds, 'dayOf'>
  /** What is kept of review windows. */
  readonly windows: () => Promise<readonly WindowState[]>
  /** Milliseconds that no setting of the clock changes. */
  readonly elapsed: () => number
  /** Somebody who only looks, and may be told less than a dispatcher. */
  readonly isLook: boolean
}

const NOBODY: Account = { id: 0, login: '', kind: 'ghost' }

export class ForgeObserver {
  readonly #dossiers: OpenDossiers
  readonly #merges: MergeReader
  #identity: { readonly repositoryId: number; readonly self: Account } | null = null

  constructor(private readonly parts: ForgeObserverParts) {
    this.#dossiers = new OpenDossiers(parts.forge)
    this.#merges = new MergeReader(parts.forge, parts.elapsed)
  }

  /** Who says of a change of the trust set that an admin stands behind it. */
  ground({ repositoryId, self, learner }: Listing): TrustGround {
    const { forge, branch, isLook } = this.parts
    return {
      ...{ adminsFrom: 'forge', hindsight: null, isLook },
      witness: { kind: forge.kind, repositoryId, baseBranch: branch, self },
      pullOf: ({ oid: commit, parents }) => this.pullOfMerge({ commit, parents }, learner),
    }
  }

  /** @param now epoch milliseconds */
  async list(now: number): Promise<Listing> {
    const listing = await this.#list(now)
    const pulls = listing.pulls.map(
      ({ number, head, headBranch, headRepoId, draft, updatedAt }) =>
        `${number} ${head} ${headBranch} ${headRepoId} ${draft} ${updatedAt}`,
    )
    const others = [listing.fault?.reason, listing.isTruncated, this.parts.pulls.revision]
    return { ...listing, signature: JSON.stringify([...pulls, ...others]) }
  }

  async #list(now: number): Promise<Omit<Listing, 'signature'>> {
    const learner = new Learner(now)
    const identity = await this.#whoAndWhere(learner)
    if (!identity.ok) {
      // By an id that is not known, the right pull request would look like another repository's, and be refused.
      learner.giveUp(identity.fault)
      return { learner, repositoryId: -1, self: NOBODY, pulls: [], isTruncated: false, fault: identity.fault }
    }
    const listed = await learner.learn(() => this.parts.forge.openPulls())
    if (!listed.ok) return { learner, ...identity.value, pulls: [], isTruncated: false, fault: listed.fault }
    const ours = listed.value.pulls.filter(({ baseRepoId }) => baseRepoId === identity.value.repositoryId)
    // Those against another branch as well: whoever retargets their own request of a head would approve another one of it.
    this.#merges.remember(ours)
    const pulls = ours.filter(({ baseBranch }) => baseBranch === this.parts.branch)
    return { learner, ...identity.value, pulls, isTruncated: listed.value.truncated, fault: null }
  }

  /** Adds what the forge knows: of the pull requests of each request, and of the one that brought each action that waits. */
  async ask({ found, lying, set, isHeld, now, listing, deciding }: Asking): Promise<ForgeFacts> {
    const { requests, kept } = await this.requests(found, listing, { set, isHeld, now, deciding })
    const waiting = await this.waiting(lying, ({ file }) => (isHeld ? null : tierOf(file, set)), listing)
    const mayVeto = !isHeld && set.policy.medium.reviewWindowMs !== null
    return { requests, waiting, kin: await this.#kin({ requests, waiting }, listing, mayVeto), kept }
  }

  /** Adds to each request what the forge knows of its pull requests. */
  async requests(
    requests: readonly FoundRequest[],
    listing: Listing,
    context: Omit<DossierContext, 'repositoryId'>,
  ): Promise<Pick<ForgeFacts, 'requests' | 'kept'>> {
    const withId = { ...context, repositoryId: listing.repositoryId }
    const { dossiers, kept } = await this.#dossiers.read(requests, withId, listing.learner)
    const facts = requests.map(({ fact, pulls }) => {
      if (pulls.length === 0) return fact
      return { ...fact, pulls: pulls.flatMap(({ number }) => dossiers.get(number) ?? []) }
    })
    return { requests: facts, kept }
  }

  /** Adds the pull request of the merge to each action that waits: for the second key, or for who asked. */
  async waiting(
    waiting: readonly WaitingFact[],
    tierOfFile: (waiting: WaitingFact) => Tier | null,
    { learner, repositoryId }: Listing,
  ): Promise<readonly WaitingFact[]> {
    const facts: WaitingFact[] = []
    for (const fact of waiting) {
      const { merge } = fact
      const tier = tierOfFile(fact)
      if (merge === null || tier === null) facts.push(fact)
      else {
        const asksAuthor = tier === 'high' ? null : { repositoryId }
        facts.push({ ...fact, pull: await this.#merges.read(merge, learner, asksAuthor) })
      }
    }
    return facts
  }

  /** For actions and the trust set alike. */
  async pullOfMerge(
    merge: { readonly commit: Oid; readonly parents: readonly Oid[] },
    learner: Learner,
  ): Promise<Learned<MergeDossier | null>> {
    return this.#merges.read(merge, learner)
  }

  async sight(listing: Listing, main: Oid, kin: ForgeSight['kin']): Promise<ForgeSight> {
    const { repositoryId, self, fault } = listing
    const all = await this.parts.pulls.all()
    const owed = new Map<number, OwedFact>()
    for (const [number, { claim }] of all) {
      const fact = claim === null || claim.isTold ? null : await this.#owed(main, claim.id)
      if (fact !== null) owed.set(number, fact)
    }
    return {
      ...{ kind: this.parts.forge.kind, repositoryId, baseBranch: this.parts.branch, self, fault, owed, kin },
      windows: await this.parts.windows(),
      shown: new Map([...all].flatMap(([number, { digest }]) => (digest === null ? [] : [[number, digest]]))),
    }
  }

  async #owed(main: Oid, id: string): Promise<OwedFact | null> {
    const { objects, usedIds, verifier } = this.parts
    const day = await usedIds.dayOf(id)
    return day === null ? null : readOwed(objects, main, { id, day }, verifier)
  }

  /**
   * Only of heads that may be let through now: elsewhere nobody is told apart from anybody. And of those with a window that
   * runs on what is not listed any more: whoever closed it may have ended it.
   */
  async #kin(
    { requests, waiting }: { readonly requests: readonly RequestFact[]; readonly waiting: readonly WaitingFact[] },
    { learner, pulls: listed, fault }: Listing,
    mayVeto: boolean,
  ): Promise<ReadonlyMap<Oid, readonly PullDossier[]>> {
    const heads = new Map<Oid, Set<number>>()
    for (const { head, pulls } of requests)
      if (pulls.some(({ history }) => history !== null)) heads.set(head, new Set(pulls.map(({ pull }) => pull.number)))
    for (const { merge, pull } of waiting) {
      const head = merge?.parents[1]
      if (head !== undefined && pull?.ok === true && pull.value !== null)
        heads.set(head, new Set([pull.value, ...pull.value.others].map((dossier) => dossier.pull.number)))
    }
    const gone = mayVeto && fault === null ? unlisted(await this.parts.windows(), listed) : new Map<Oid, Set<number>>()
    for (const head of gone.keys()) if (!heads.has(head)) heads.set(head, new Set())
    const kin = new Map<Oid, readonly PullDossier[]>()
    for (const [head, but] of heads) {
      const dossiers = await this.#merges.kin(head, but, learner, { gone: gone.get(head) ?? new Set(), mayVeto })
      if (dossiers.length > 0) kin.set(head, dossiers)
    }
    return kin
  }

  /** Both stay as they are while a dispatcher runs: an account or a repository has one id. */
  async #whoAndWhere(learner: Learner): Promise<Learned<{ repositoryId: number; self: Account }>> {
    if (this.#identity !== null) return { ok: true, value: this.#identity }
    const repository = await learner.learn(() => this.parts.forge.repository())
    if (!repository.ok) return repository
    const self = await learner.learn(() => this.parts.forge.self())
    if (!self.ok) return self
    this.#identity = { repositoryId: repository.value.id, self: self.value }
    return { ok: true, value: this.#identity }
  }
}

/** By head: windows that run, of pull requests that are not open any more. */
function unlisted(windows: readonly WindowState[], listed: readonly PullFact[]): Map<Oid, Set<number>> {
  const open = new Set(listed.map(({ number }) => number))
  const gone = new Map<Oid, Set<number>>()
  for (const { pull, head, vetoed } of windows)
    if (vetoed === null && !open.has(pull)) gone.set(head, (gone.get(head) ?? new Set()).add(pull))
  return gone
}
