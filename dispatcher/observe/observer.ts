/** `observe`: reads the world into one immutable snapshot. Nothing else does I/O before a decision. */
import pMap from 'p-map'
import type { RemoteRefs, Repository } from '../../lib/git/port.js'
import type { UsedIds } from '../../lib/state/used-ids.js'
import { parseActionId } from '../../vault/action/id.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { Freeze, Snapshot, Stock, UsedId, WaitingFact } from '../../vault/plan/snapshot.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { RequestFact } from '../../vault/request/fact.js'
import { generalHold } from '../../vault/verdict/gate.js'
import type { FreezeSwitch } from '../state/freeze-file.js'
import type { SeenFile } from '../state/seen-file.js'
import type { View, ViewFile } from '../state/view.js'
import type { Asking, FoundRequest, Listing } from './asking.js'
import { lacksIntent } from './claim-end.js'
import { ClaimReader, type ClaimRuns } from './claim-reader.js'
import { CommentReader } from './comment-reader.js'
import { isDecisive, type Looked, lettingThrough, NOTHING } from './decisive.js'
import { ForgeMemory } from './forge-memory.js'
import type { ForgeObserver } from './forge-observer.js'
import { type Followed, MainFollower } from './main-follower.js'
import { readOwed } from './owed-reader.js'
import { RequestReader } from './request-reader.js'
import { branchRefs, type RequestRef, requestRefs } from './request-refs.js'
import { isSettled } from './settled.js'
import { SIGNERS_GROUND, type TrustGround } from './trust-reader.js'
import { readWaiting, type WaitingActions } from './waiting-reader.js'

export interface ObserverParts {
  readonly repository: Repository
  readonly branch: string
  readonly root: Oid
  /** Where a wrong root is put right. */
  readonly rootPlaces: string
  /** Claims of this instance by this key are its own. Key null: somebody who only looks, and claims nothing. */
  readonly instance: string
  readonly key: string | null
  readonly verifier: RecordVerifier
  readonly runs: ClaimRuns
  readonly usedIds: UsedIds
  readonly viewFile: ViewFile
  readonly seenFile: SeenFile
  readonly freezeSwitch: FreezeSwitch
  /** Null: plain git. */
  readonly forge: ForgeObserver | null
  /** What this dispatcher could give to a run; null where that is not known. */
  readonly stock: () => Promise<Stock | null>
}

interface Last {
  readonly refs: RemoteRefs
  /** Of the forge's listing; null: plain git. */
  readonly signature: string | null
  /** Epoch milliseconds at which that signature was seen first. */
  readonly since: number
  readonly snapshot: Snapshot
  readonly isSettled: boolean
}

/** The remote has no main: nothing is laid out. */
export class EmptyRemote extends Error {
  constructor(readonly branch: string) {
    super(`the ops repo has no branch ${branch}; lay it out with \`countersign init\`, or correct [repo] branch`)
  }
}

export class Observer {
  readonly #follower: MainFollower
  readonly #requests: RequestReader
  readonly #comments: CommentReader
  readonly #claims: ClaimReader
  readonly #told = new ForgeMemory()
  #waiting: { readonly main: Oid; readonly read: WaitingActions } | null = null
  #last: Last | null = null

  constructor(private readonly parts: ObserverParts) {
    const { repository, root, viewFile, seenFile, usedIds, verifier, runs, instance, key } = parts
    this.#follower = new MainFollower(repository, root, viewFile, seenFile, usedIds, verifier, runs)
    this.#requests = new RequestReader(repository)
    this.#comments = new CommentReader(repository)
    this.#claims = new ClaimReader(repository.objects, verifier, runs, { instance, key })
  }

  /** What is known of main by now; null: nothing yet. */
  get view(): View | null {
    return this.#follower.view
  }

  /** @param now epoch milliseconds */
  async observe(now: number): Promise<Snapshot> {
    const { repository, branch, freezeSwitch, forge } = this.parts
    const seen = await this.parts.seenFile.read()
    const [refs, listing] = await Promise.all([repository.remote.list(), forge?.list(now) ?? null])
    if (refs.main === null) throw new EmptyRemote(branch)
    const unchanged = await this.#unchanged(refs, listing, now)
    if (unchanged !== null) return unchanged
    if ((await repository.objects.commit(refs.main)) === null) await repository.remote.fetch([`refs/heads/${branch}`])
    const ground = listing === null || forge === null ? SIGNERS_GROUND : forge.ground(listing)
    const { followed, freeze } = await this.#follow(refs.main, seen, await freezeSwitch.read(), now, ground)
    const snapshot = await this.#snapshot(now, refs, listing, followed, freeze)
    this.#remember(refs, listing, snapshot)
    return snapshot
  }

  #remember(refs: RemoteRefs, listing: Listing | null, snapshot: Snapshot): void {
    const { now } = snapshot
    const signature = listing?.signature ?? null
    const since = this.#last?.signature === signature ? this.#last.since : now
    this.#last = { refs, signature, since, snapshot, isSettled: isSettled(snapshot) }
  }

  /** Nobody pushed and nothing is in flight: the world is as it was, only later. An idle tick costs one `ls-remote`. */
  async #unchanged(refs: RemoteRefs, listing: Listing | null, now: number): Promise<Snapshot | null> {
    const last = this.#last
    if (last === null || !last.isSettled || !sameRefs(last.refs, refs)) return null
    if (listing !== null && !isListedAlike(last, listing, now)) return null
    const { snapshot } = last
    const [freeze, stock] = [await this.parts.freezeSwitch.read(), await this.parts.stock()]
    const isSame =
      JSON.stringify(freeze) === JSON.stringify(snapshot.freeze) && sameStock(stock, snapshot.dispatcher.stock)
    return isSame ? { ...snapshot, now } : null
  }

  /** On a main that was rewritten the dispatcher freezes, and goes on seeing the last main that it trusts. */
  async #follow(
    main: Oid,
    seen: Oid | null,
    freeze: Freeze | null,
    now: number,
    ground: TrustGround,
  ): Promise<{ followed: Followed; freeze: Freeze | null }> {
    const followed = await this.#follower.follow(main, seen, ground)
    if ('view' in followed) return { followed, freeze }
    const known = await this.#follower.known(ground)
    if (known === null) throw new RootMissing(`${followed.detail}; correct ${this.parts.rootPlaces}`)
    const frozen: Freeze =
      freeze !== null && freeze.cause !== 'operator'
        ? freeze
        : { reason: followed.detail, cause: followed.reason, since: now }
    await this.parts.freezeSwitch.write(frozen)
    return { followed: known, freeze: frozen }
  }

  async #snapshot(
    now: number,
    refs: RemoteRefs,
    listing: Listing | null,
    followed: Followed,
    freeze: Freeze | null,
  ): Promise<Snapshot> {
    const { main, inFlight } = followed.view
    const { trust } = followed
    const { requests: found, waiting: lying, hasReadme } = await this.#readRequests(refs, listing, main, followed)
    const claims = await this.#claims.read(main, inFlight)
    const stock = await this.parts.stock()
    const comments = await this.#comments.read(refs.notes, [...refs.requests.values()])
    const withForge = async (asked: Pick<Snapshot, 'requests' | 'waiting' | 'forge'>): Promise<Snapshot> => ({
      now,
      main,
      trust,
      freeze,
      ...asked,
      claims,
      hasUnreadClaims: this.#claims.hasUnread,
      used: await this.#usedOf(asked.requests, asked.waiting),
      foreign: followed.foreign,
      unknownKeys: followed.view.unknownKeys,
      branches: refs.requests,
      comments,
      dispatcher: { instance: this.parts.instance, stock, hasActionsReadme: hasReadme },
    })
    const { forge } = this.parts
    if (forge === null || listing === null)
      return withForge({ requests: found.map(({ fact }) => fact), waiting: lying, forge: null })
    const isHeld = generalHold({ freeze, trust }) !== null
    const asking: Asking = { found, lying, set: trust.inForce.set, isHeld, now, listing, deciding: NOTHING }
    const told = this.#told.recall(asking)
    if (told !== null) {
      const { requests, waiting, kin } = told
      const snapshot = await withForge({ requests, waiting, forge: await forge.sight(listing, main, kin) })
      if (!isDecisive(snapshot)) return snapshot
    }
    // Facts of the forge come last, and as late as they can: each is of this decision.
    const look = async (deciding: Asking['deciding']): Promise<Looked> => {
      const facts = await forge.ask({ ...asking, deciding })
      const { requests, waiting, kin } = facts
      return { facts, snapshot: await withForge({ requests, waiting, forge: await forge.sight(listing, main, kin) }) }
    }
    const first = await look(NOTHING)
    const deciding = lettingThrough(first)
    const { facts, snapshot } = deciding.size === 0 ? first : await look(deciding)
    this.#told.keep(asking, facts)
    return snapshot
  }

  async #readRequests(
    refs: RemoteRefs,
    listing: Listing | null,
    main: Oid,
    followed: Followed,
  ): Promise<WaitingActions & { readonly requests: readonly FoundRequest[] }> {
    const named =
      listing === null || listing.fault !== null
        ? branchRefs(refs.requests)
        : requestRefs(refs.requests, listing.pulls, listing.repositoryId)
    const facts = await this.#requests.read(named, main, followed.trust.inForce.set)
    const byKey = new Map(named.map((ref) => [`${ref.head} ${ref.suffix}`, ref]))
    const requests = facts.map((fact): FoundRequest => {
      const ref = byKey.get(`${fact.head} ${fact.suffix}`)
      const why = ref?.isMoving === true ? 'branch_moved' : isUnlisted(ref, listing) ? 'tick_limit' : null
      return { fact: why === null ? fact : { ...fact, content: { kind: 'unread', why } }, pulls: ref?.pulls ?? [] }
    })
    return { requests, ...(await this.#readWaiting(main, followed)) }
  }

  /** No head where its intent is not on main, or not by a known key. */
  async #claimOf(name: string, day: string): Promise<Pick<UsedId, 'head' | 'isUnread'>> {
    const { repository, verifier, seenFile } = this.parts
    const [main, id] = [await seenFile.read(), parseActionId(name)]
    if (main === null || id === null) return { head: null }
    const owed = await readOwed(repository.objects, main, { id, day }, verifier)
    if (owed !== null) return { head: owed.intent.request_head }
    return { head: null, isUnread: await lacksIntent(repository.objects, main, day, id) }
  }

  async #readWaiting(main: Oid, followed: Followed): Promise<WaitingActions> {
    if (this.#waiting?.main === main) return this.#waiting.read
    const read = await readWaiting(this.parts.repository, main, new Map(Object.entries(followed.view.lastChange)))
    // What could not be read is asked again in the next tick.
    const isWhole = read.waiting.every((waiting) => waiting.merge !== null && waiting.file.kind !== 'missing')
    this.#waiting = isWhole ? { main, read } : null
    return read
  }

  async #usedOf(
    requests: readonly RequestFact[],
    waiting: readonly WaitingFact[],
  ): Promise<ReadonlyMap<string, UsedId>> {
    const used = new Map<string, UsedId>()
    // What was claimed has its pull requests closed, and its branch deleted: few are left to be asked about.
    const requested = new Set(requests.flatMap((request) => (isRequested(request) ? idsOf(request) : [])))
    const look = async (id: string) => {
      const day = await this.parts.usedIds.dayOf(id)
      if (day !== null) used.set(id, { day, ...(requested.has(id) ? await this.#claimOf(id, day) : null) })
    }
    const ids = new Set([...requests.flatMap(idsOf), ...waiting.map((item) => item.stem)])
    await pMap(ids, look, { concurrency: LIMITS.requestsAtOnce })
    return used
  }
}

/** Found by a dispatcher without any memory of main: there is nothing to go on seeing. */
export class RootMissing extends Error {}

/** Where a root that is not on main may have been said, by the configuration. */
export const CONFIGURED_ROOT = '[trust] root or [repo] url'

function isRequested({ isBranch, pulls }: RequestFact): boolean {
  return isBranch || pulls.length > 0
}

/** The suffix, and the stem of the file: they are the same in an honest request. */
function idsOf(request: RequestFact): readonly string[] {
  const { content } = request
  const stems =
    content.kind !== 'change'
      ? []
      : content.changes.changes.map(({ path }) => /^vault\/actions\/(.+)\.toml$/.exec(path)?.[1] ?? '')
  return [request.suffix, ...stems]
}

/** Times of a forge have seconds: what came in the second of our reading shows no other time. */
function isListedAlike({ signature, since, snapshot }: Last, listing: Listing, now: number): boolean {
  const age = now - snapshot.now
  return (
    signature === listing.signature &&
    snapshot.now - since >= LIMITS.forgeSettleMs &&
    age >= 0 &&
    age < LIMITS.forgeRereadMs
  )
}

/** A branch whose pull request may be among those that were not listed. */
function isUnlisted(ref: RequestRef | undefined, listing: Listing | null): boolean {
  return listing?.isTruncated === true && ref !== undefined && ref.pulls.length === 0
}

function sameRefs(a: RemoteRefs, b: RemoteRefs): boolean {
  if (a.main !== b.main || a.notes !== b.notes || a.requests.size !== b.requests.size) return false
  for (const [suffix, head] of a.requests) if (b.requests.get(suffix) !== head) return false
  return true
}

/** The agent comes from the configuration, which stays; secrets come and go. */
function sameStock(a: Stock | null, b: Stock | null): boolean {
  const names = (stock: Stock | null) => JSON.stringify(stock === null ? null : [...stock.secrets].sort())
  return names(a) === names(b)
}
