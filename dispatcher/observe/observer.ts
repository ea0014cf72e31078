/** `observe`: reads the world into one immutable snapshot. Nothing else does I/O before a decision. */
import type { RemoteRefs, Repository } from '../../lib/git/port.js'
import type { RunReader } from '../../lib/runner/port.js'
import type { UsedIds } from '../../lib/state/used-ids.js'
import type { Oid } from '../../vault/oid.js'
import type { DispatcherFact, Freeze, Snapshot, Stock, UsedId, WaitingFact } from '../../vault/plan/snapshot.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { RequestFact } from '../../vault/request/fact.js'
import type { FreezeSwitch } from '../state/freeze-file.js'
import type { SeenFile } from '../state/seen-file.js'
import type { ViewFile } from '../state/view.js'
import { ClaimReader } from './claim-reader.js'
import { CommentReader } from './comment-reader.js'
import { type Followed, MainFollower } from './main-follower.js'
import { RequestReader } from './request-reader.js'
import { readWaiting, type WaitingActions } from './waiting-reader.js'

export interface ObserverParts {
  readonly repository: Repository
  readonly branch: string
  readonly root: Oid
  readonly instance: string
  readonly verifier: RecordVerifier
  readonly runs: RunReader
  readonly usedIds: UsedIds
  readonly viewFile: ViewFile
  readonly seenFile: SeenFile
  readonly freezeSwitch: FreezeSwitch
  /** What this dispatcher could give to a run; null where that is not known. */
  readonly stock: () => Promise<Stock | null>
}

/** The remote has no main: nothing is laid out. */
export class EmptyRemote extends Error {
  constructor(readonly branch: string) {
    super(`the ops repo has no branch ${branch}; lay it out with \`countersign init\``)
  }
}

export class Observer {
  readonly #follower: MainFollower
  readonly #requests: RequestReader
  readonly #comments: CommentReader
  readonly #claims: ClaimReader
  #waiting: { readonly main: Oid; readonly read: WaitingActions } | null = null
  #last: { readonly refs: RemoteRefs; readonly snapshot: Snapshot } | null = null

  constructor(private readonly parts: ObserverParts) {
    const { repository, root, viewFile, seenFile, usedIds, verifier, runs, instance } = parts
    this.#follower = new MainFollower(repository, root, viewFile, seenFile, usedIds, verifier)
    this.#requests = new RequestReader(repository)
    this.#comments = new CommentReader(repository)
    this.#claims = new ClaimReader(repository.objects, verifier, runs, instance)
  }

  /** @param now epoch milliseconds */
  async observe(now: number): Promise<Snapshot> {
    const { repository, branch, freezeSwitch } = this.parts
    const seen = await this.parts.seenFile.read()
    const refs = await repository.remote.list()
    if (refs.main === null) throw new EmptyRemote(branch)
    const unchanged = await this.#unchanged(refs, now)
    if (unchanged !== null) return unchanged
    if ((await repository.objects.commit(refs.main)) === null) await repository.remote.fetch([`refs/heads/${branch}`])
    const { followed, freeze } = await this.#follow(refs.main, seen, await freezeSwitch.read(), now)
    const snapshot = await this.#snapshot(now, refs, followed, freeze)
    this.#last = isSettled(snapshot) ? { refs, snapshot } : null
    return snapshot
  }

  /** Nobody pushed and nothing is in flight: the world is as it was, only later. An idle tick costs one `ls-remote`. */
  async #unchanged(refs: RemoteRefs, now: number): Promise<Snapshot | null> {
    if (this.#last === null || !sameRefs(this.#last.refs, refs)) return null
    const { snapshot } = this.#last
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
  ): Promise<{ followed: Followed; freeze: Freeze | null }> {
    const followed = await this.#follower.follow(main, seen)
    if ('view' in followed) return { followed, freeze }
    const known = await this.#follower.known()
    if (known === null) throw new RootMissing(followed.detail)
    const frozen: Freeze =
      freeze !== null && freeze.cause !== 'operator'
        ? freeze
        : { reason: followed.detail, cause: followed.reason, since: now }
    await this.parts.freezeSwitch.write(frozen)
    return { followed: known, freeze: frozen }
  }

  async #snapshot(now: number, refs: RemoteRefs, followed: Followed, freeze: Freeze | null): Promise<Snapshot> {
    const { main, inFlight } = followed.view
    const { trust } = followed
    const requests = await this.#requests.read(refs.requests, main, trust.inForce.set)
    const { waiting, hasReadme } = await this.#readWaiting(main, followed)
    const claims = await this.#claims.read(main, inFlight)
    const used = await this.#usedOf(requests, waiting)
    const comments = await this.#comments.read(refs.notes, [...refs.requests.values()])
    const dispatcher: DispatcherFact = {
      instance: this.parts.instance,
      stock: await this.parts.stock(),
      hasActionsReadme: hasReadme,
    }
    return {
      now,
      main,
      trust,
      freeze,
      requests,
      waiting,
      claims,
      used,
      foreign: followed.foreign,
      unknownKeys: followed.view.unknownKeys,
      branches: refs.requests,
      comments,
      dispatcher,
    }
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
    for (const id of [...requests.flatMap(idsOf), ...waiting.map((item) => item.stem)]) {
      const day = await this.parts.usedIds.dayOf(id)
      if (day !== null) used.set(id, { day })
    }
    return used
  }
}

/** Found by a dispatcher without any memory of main: there is nothing to go on seeing. */
export class RootMissing extends Error {}

/** The suffix, and the stem of the file: they are the same in an honest request. */
function idsOf(request: RequestFact): readonly string[] {
  const { content } = request
  const stems =
    content.kind !== 'change'
      ? []
      : content.changes.changes.map(({ path }) => /^vault\/actions\/(.+)\.toml$/.exec(path)?.[1] ?? '')
  return [request.suffix, ...stems]
}

/** Everything was read, and nothing goes on that could end without a push. */
function isSettled({ requests, waiting, claims, foreign }: Snapshot): boolean {
  const isRead = requests.every((request) => request.content.kind !== 'unread' && !isMissing(request))
  return (
    isRead &&
    waiting.every((item) => item.merge !== null && item.file.kind !== 'missing') &&
    claims.length + foreign.length === 0
  )
}

function isMissing({ content }: RequestFact): boolean {
  return content.kind === 'change' && content.file.kind === 'missing'
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
