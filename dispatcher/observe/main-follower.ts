/**
 * Follows main: trust set, actions that wait, records. What is known is kept in the view; each new main costs what is
 * new in it, whatever the length of the history (DESIGN section 9).
 */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import { inBatches } from '../../lib/in-batches.js'
import type { UsedIds } from '../../lib/state/used-ids.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ForeignChange } from '../../vault/plan/snapshot.js'
import type { AdminsFrom } from '../../vault/policy/trust-set.js'
import type { TrustReason } from '../../vault/reasons.js'
import { firedFolder } from '../../vault/record/paths.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Trust } from '../../vault/trust/trust.js'
import type { SeenFile } from '../state/seen-file.js'
import type { View, ViewFile } from '../state/view.js'
import { type ClaimRuns, isFitToStart } from './claim-reader.js'
import { type FoundClaims, foldersOf, readExistingRecords, readUsedIds } from './existing-records.js'
import { HindsightReader } from './hindsight.js'
import { RECORD_FOLDERS, type WatchedClaim, type WatchedRecords, watchRecords } from './record-watch.js'
import { compileAt, followTrust, readTrustIds, TRUST_PATHS, type TrustGround, trustAtRoot } from './trust-reader.js'
import { ACTIONS_FOLDER } from './waiting-reader.js'

export interface Followed {
  readonly view: View
  readonly trust: Trust
  readonly foreign: readonly ForeignChange[]
}

/** Main is not what it was: nothing of the new one is taken in. */
export interface Diverted {
  readonly reason: Extract<TrustReason, 'main_rewritten' | 'root_missing'>
  readonly detail: string
}

export class MainFollower {
  #view: View | null = null
  #trust: Trust | null = null
  /** What was found last from one checked commit to one main: while something foreign waits, each tick asks the same. */
  #watched: { readonly main: Oid; readonly checked: Oid; readonly records: WatchedRecords } | null = null

  constructor(
    private readonly repository: Repository,
    private readonly root: Oid,
    private readonly viewFile: ViewFile,
    private readonly seenFile: SeenFile,
    private readonly usedIds: UsedIds,
    private readonly verifier: RecordVerifier,
    private readonly runs: Pick<ClaimRuns, 'left'>,
  ) {}

  /** What is known of main by now; null: nothing yet. */
  get view(): View | null {
    return this.#view
  }

  /** What was known before main is looked at; null in a fresh state folder. */
  async known(ground: TrustGround): Promise<Followed | null> {
    await this.#load(ground.adminsFrom)
    return this.#view === null || this.#trust === null
      ? null
      : { view: this.#view, trust: this.#trust, foreign: this.#watched?.records.foreign ?? [] }
  }

  /** @param seen the main seen last, read before the remote was asked: our own pushes may have gone on since */
  async follow(main: Oid, seen: Oid | null, ground: TrustGround): Promise<Followed | Diverted> {
    await this.#load(ground.adminsFrom)
    const diverted = await this.#divertedBy(main, [seen, this.#view?.main ?? null])
    if (diverted !== null) return diverted
    const { view: before, found } =
      this.#view === null ? await this.#start(main) : { view: this.#view, found: NOTHING_NEW }
    const watched = await this.#watch(before, main)
    const ended = [...found.ended, ...watched.ended]
    const claims = unfinished([...found.claimed, ...watched.claimed], ended)
    const line = await this.#line(before, main, claims)
    const { trust, lastChange, fit } = await this.#followLine(before, line, claims, this.#lookingBack(ground, main))
    const view: View = {
      ...before,
      ...{ main, trust: trustView(trust), lastChange },
      // The records are checked only when nothing foreign is left to undo: until then each tick finds it again.
      checked: watched.foreign.length === 0 ? main : before.checked,
      inFlight: inFlightAfter(before.inFlight, claims, fit, ended),
      unknownKeys: [...new Set([...before.unknownKeys, ...watched.unknownKeys])].slice(-LIMITS.listItems),
    }
    // What is in force is not known yet: this main is followed again in the next tick.
    if (trust.unverified !== null) return { view, trust, foreign: watched.foreign }
    // First: whoever goes by the view alone, because this could not be written, would write on a main that falls short of it.
    await this.seenFile.write(main, (now) => now === seen)
    await this.#keep(view, trust)
    return { view, trust, foreign: watched.foreign }
  }

  async #load(admins: AdminsFrom): Promise<void> {
    if (this.#view !== null) return
    const stored = await this.viewFile.read()
    // Another root than before: what was judged under the old one does not count.
    if (stored === null || stored.root !== this.root) return
    const compiled = await compileAt(this.repository, await readTrustIds(this.repository, stored.trust.inForce), admins)
    if (!compiled.ok) return
    // What the view has taken in is not read again: were the index lost alone, all ids would be free (law 8).
    if (await this.usedIds.isEmpty()) await readUsedIds(this.repository, this.root, stored.checked, this.usedIds, null)
    this.#trust = {
      root: this.root,
      adminsFrom: admins,
      inForce: { commit: stored.trust.inForce, set: compiled.set },
      broken: await this.#broken(stored.trust.broken, admins),
      offending: stored.trust.offending,
      unverified: null,
    }
    this.#view = stored
  }

  async #broken(commit: Oid | null, admins: AdminsFrom): Promise<Trust['broken']> {
    if (commit === null) return null
    const ids = await readTrustIds(this.repository, commit)
    const compiled = await compileAt(this.repository, ids, admins)
    return { commit, ids, files: compiled.ok ? [] : compiled.files }
  }

  /** Field failure 41: a foxtrot merge is a fast-forward, but takes what was main off the first-parent line. */
  async #divertedBy(main: Oid, mains: readonly (Oid | null)[]): Promise<Diverted | null> {
    const { history } = this.repository
    const known = new Set(mains.filter((each) => each !== null))
    for (const last of known) {
      if (last === main || (await history.isOnFirstParentLine(last, main))) continue
      return {
        reason: 'main_rewritten',
        detail: `main was ${last.slice(0, 12)}, and ${main.slice(0, 12)} does not continue it`,
      }
    }
    if (known.size > 0 || (await history.isOnFirstParentLine(this.root, main))) return null
    return {
      reason: 'root_missing',
      detail: `the trust root ${this.root.slice(0, 12)} is not on the first-parent line of ${main.slice(0, 12)}`,
    }
  }

  async #start(main: Oid): Promise<{ view: View; found: FoundClaims }> {
    const left = new Set(await this.runs.left())
    const found = await readExistingRecords(this.repository, this.root, main, this.usedIds, this.verifier, left)
    const line = await this.repository.history.line(null, this.root, [ACTIONS_FOLDER])
    const lastChange: Record<string, Oid> = {}
    for (const commit of line) takeChanges(lastChange, commit)
    const view: View = {
      version: 2,
      root: this.root,
      main: this.root,
      trust: { inForce: this.root, broken: null, offending: null },
      lastChange,
      checked: main,
      inFlight: {},
      unknownKeys: [],
    }
    return { view, found }
  }

  async #watch(view: View, main: Oid): Promise<WatchedRecords> {
    if (view.checked === main) return NOTHING_NEW
    const last = this.#watched
    if (last !== null && last.main === main && last.checked === view.checked) return last.records
    const line = await this.repository.history.line(view.checked, main, RECORD_FOLDERS)
    const records = await watchRecords(this.repository, line, this.verifier, (id) => this.usedIds.dayOf(id))
    await this.usedIds.add(records.claimed)
    this.#watched = { main, checked: view.checked, records }
    return records
  }

  /** What is new on main for trust, waiting actions, and the claims that are to be judged by them. */
  async #line(before: View, main: Oid, claims: readonly WatchedClaim[]): Promise<readonly LineCommit[]> {
    if (before.main === main) return []
    const folders = foldersOf(claims.map(({ id, day }) => firedFolder(day, id)))
    return this.repository.history.line(before.main, main, [...TRUST_PATHS, ACTIONS_FOLDER, ...folders])
  }

  /**
   * Whoever was there when a change came has asked the forge then, and a writer's merge stops nobody. A newcomer cannot
   * tell one from the merge of an admin who has left: by the set before it, an older and laxer one may count again.
   */
  #lookingBack(ground: TrustGround, main: Oid): TrustGround {
    // Or the stolen key of another dispatcher could speak for a writer's merge that everybody sees come.
    if (ground.pullOf === null || this.#trust !== null) return ground
    const reader = new HindsightReader(this.repository, this.verifier, main, ground)
    return { ...ground, hindsight: (trust, change) => reader.of(trust, change) }
  }

  /** Commit by commit, so that each claim is judged by what was in force just before it. */
  async #followLine(
    before: View,
    line: readonly LineCommit[],
    claims: readonly WatchedClaim[],
    ground: TrustGround,
  ): Promise<{ trust: Trust; lastChange: Record<string, Oid>; fit: ReadonlySet<Oid> }> {
    let trust = this.#trust ?? (await trustAtRoot(this.repository, this.root, ground))
    const lastChange = { ...before.lastChange }
    const fit = new Set<Oid>()
    for (const commit of line) {
      const moment = { commit, trust, lastChange }
      const judge = async (claim: WatchedClaim) =>
        (await isFitToStart(this.repository, claim, moment)) ? [claim.intentBlob] : []
      const here = claims.filter((claim) => claim.commit === commit.oid)
      for await (const intents of inBatches(here, judge)) for (const intent of intents) fit.add(intent)
      trust = await followTrust(this.repository, trust, [commit], ground)
      takeChanges(lastChange, commit)
    }
    return { trust, lastChange, fit }
  }

  /** Both or none: where the disk took nothing, the same commits are followed again, each from the trust that stood before it. */
  async #keep(view: View, trust: Trust): Promise<void> {
    if (JSON.stringify(view) !== JSON.stringify(this.#view)) await this.viewFile.write(view)
    this.#view = view
    this.#trust = trust
  }
}

function trustView(trust: Trust): View['trust'] {
  return { inForce: trust.inForce.commit, broken: trust.broken?.commit ?? null, offending: trust.offending }
}

function takeChanges(lastChange: Record<string, Oid>, commit: LineCommit): void {
  for (const { path, after } of commit.changes) {
    if (!path.startsWith(`${ACTIONS_FOLDER}/`)) continue
    if (after === null) delete lastChange[path]
    else lastChange[path] = commit.oid
  }
}

const NOTHING_NEW: WatchedRecords = { foreign: [], unknownKeys: [], claimed: [], ended: [] }

function unfinished(claims: readonly WatchedClaim[], ended: WatchedRecords['ended']): readonly WatchedClaim[] {
  const done = new Set(ended.flatMap(({ id, ending }) => (ending === 'ended' ? [id] : [])))
  return claims.filter(({ id }) => !done.has(id))
}

/** @param fit intents that may be started, of those that are new */
function inFlightAfter(
  before: View['inFlight'],
  claims: readonly WatchedClaim[],
  fit: ReadonlySet<Oid>,
  ended: WatchedRecords['ended'],
): View['inFlight'] {
  const inFlight = { ...before }
  for (const { id, day, intentBlob: intent, actionBlob: action } of claims) {
    // Where something foreign is not undone yet, the same claim is seen again: it was judged when it came.
    if (inFlight[id]?.intent !== intent)
      inFlight[id] = { day, intent, action, isFit: fit.has(intent), isTakenOver: false }
  }
  for (const { id, ending } of ended) {
    const claim = inFlight[id]
    if (ending === 'ended') delete inFlight[id]
    else if (ending === 'taken_over' && claim !== undefined) inFlight[id] = { ...claim, isTakenOver: true }
  }
  return withoutOldest(inFlight)
}

/** A late truth may never come: those that were taken over long ago are not waited for any more. */
function withoutOldest(inFlight: View['inFlight']): View['inFlight'] {
  const taken = Object.entries(inFlight).filter(([, { isTakenOver }]) => isTakenOver)
  const oldest = taken.sort(([, a], [, b]) => (a.day < b.day ? 1 : -1)).slice(LIMITS.listItems)
  const gone = new Set(oldest.map(([id]) => id))
  return Object.fromEntries(Object.entries(inFlight).filter(([id]) => !gone.has(id)))
}
