/**
 * Follows main: trust set, actions that wait, records. What is known is kept in the view; each new main costs what is
 * new in it, whatever the length of the history (DESIGN section 9).
 */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import type { UsedIds } from '../../lib/state/used-ids.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ForeignChange } from '../../vault/plan/snapshot.js'
import type { TrustReason } from '../../vault/reasons.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Trust } from '../../vault/trust/trust.js'
import type { SeenFile } from '../state/seen-file.js'
import type { View, ViewFile } from '../state/view.js'
import { readExistingRecords } from './existing-records.js'
import { watchRecords } from './record-watch.js'
import { compileAt, followTrust, readTrustIds, TRUST_PATHS, trustAtRoot } from './trust-reader.js'
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
  #foreign: { readonly main: Oid; readonly checked: Oid; readonly changes: readonly ForeignChange[] } | null = null

  constructor(
    private readonly repository: Repository,
    private readonly root: Oid,
    private readonly viewFile: ViewFile,
    private readonly seenFile: SeenFile,
    private readonly usedIds: UsedIds,
    private readonly verifier: RecordVerifier,
  ) {}

  /** What was known before main is looked at; null in a fresh state folder. */
  async known(): Promise<Followed | null> {
    await this.#load()
    return this.#view === null || this.#trust === null
      ? null
      : { view: this.#view, trust: this.#trust, foreign: this.#foreign?.changes ?? [] }
  }

  /** @param seen the main seen last, read before the remote was asked: our own pushes may have gone on since */
  async follow(main: Oid, seen: Oid | null): Promise<Followed | Diverted> {
    await this.#load()
    const diverted = await this.#divertedBy(main, seen ?? this.#view?.main ?? null)
    if (diverted !== null) return diverted
    const before = this.#view ?? (await this.#start(main))
    const trustBefore = this.#trust ?? (await trustAtRoot(this.repository, this.root))
    const line =
      before.main === main
        ? []
        : await this.repository.history.line(before.main, main, [...TRUST_PATHS, ACTIONS_FOLDER])
    this.#trust = await followTrust(this.repository, trustBefore, line)
    const changed = { ...before, main, trust: trustView(this.#trust), lastChange: lastChanges(before.lastChange, line) }
    const { view, foreign } = await this.#watch(changed)
    await this.#keep(view)
    if ((await this.seenFile.read()) === seen) await this.seenFile.write(main)
    return { view, trust: this.#trust, foreign }
  }

  async #load(): Promise<void> {
    if (this.#view !== null) return
    const stored = await this.viewFile.read()
    // Another root than before: what was judged under the old one does not count.
    if (stored === null || stored.root !== this.root) return
    const compiled = await compileAt(this.repository, await readTrustIds(this.repository, stored.trust.inForce))
    if (!compiled.ok) return
    this.#trust = {
      root: this.root,
      inForce: { commit: stored.trust.inForce, set: compiled.set },
      broken: await this.#broken(stored.trust.broken),
      offending: stored.trust.offending,
    }
    this.#view = stored
  }

  async #broken(commit: Oid | null): Promise<Trust['broken']> {
    if (commit === null) return null
    const ids = await readTrustIds(this.repository, commit)
    const compiled = await compileAt(this.repository, ids)
    return { commit, ids, files: compiled.ok ? [] : compiled.files }
  }

  /** Field failure 41: a foxtrot merge is a fast-forward, but takes what was main off the first-parent line. */
  async #divertedBy(main: Oid, last: Oid | null): Promise<Diverted | null> {
    if (last === main) return null
    const { history } = this.repository
    if (last !== null) {
      if (await history.isOnFirstParentLine(last, main)) return null
      return {
        reason: 'main_rewritten',
        detail: `main was ${last.slice(0, 12)}, and ${main.slice(0, 12)} does not continue it`,
      }
    }
    if (await history.isOnFirstParentLine(this.root, main)) return null
    return {
      reason: 'root_missing',
      detail: `the trust root ${this.root.slice(0, 12)} is not on the first-parent line of ${main.slice(0, 12)}`,
    }
  }

  async #start(main: Oid): Promise<View> {
    const existing = await readExistingRecords(this.repository, this.root, main, this.usedIds)
    const line = await this.repository.history.line(null, this.root, [ACTIONS_FOLDER])
    const trust: View['trust'] = { inForce: this.root, broken: null, offending: null }
    return {
      version: 1,
      root: this.root,
      main: this.root,
      trust,
      lastChange: lastChanges({}, line),
      checked: main,
      inFlight: existing.inFlight,
      unknownKeys: [],
    }
  }

  async #watch(view: View): Promise<{ view: View; foreign: readonly ForeignChange[] }> {
    if (view.checked === view.main) return { view, foreign: [] }
    if (this.#foreign !== null && this.#foreign.main === view.main && this.#foreign.checked === view.checked) {
      return { view, foreign: this.#foreign.changes }
    }
    const watched = await watchRecords(this.repository, view.checked, view.main, this.verifier, (id) =>
      this.usedIds.dayOf(id),
    )
    await this.usedIds.add(watched.claimed)
    const inFlight = { ...view.inFlight }
    for (const { id, day } of watched.claimed) inFlight[id] = day
    for (const id of watched.ended) delete inFlight[id]
    const { foreign } = watched
    const unknownKeys = [...new Set([...view.unknownKeys, ...watched.unknownKeys])].slice(-LIMITS.listItems)
    // The records are checked only when nothing foreign is left to undo: until then each tick finds it again.
    const checked = foreign.length === 0 ? view.main : view.checked
    this.#foreign = { main: view.main, checked, changes: foreign }
    return { view: { ...view, inFlight, checked, unknownKeys }, foreign }
  }

  async #keep(view: View): Promise<void> {
    if (JSON.stringify(view) !== JSON.stringify(this.#view)) await this.viewFile.write(view)
    this.#view = view
  }
}

function trustView(trust: Trust): View['trust'] {
  return { inForce: trust.inForce.commit, broken: trust.broken?.commit ?? null, offending: trust.offending }
}

function lastChanges(before: Readonly<Record<string, Oid>>, line: readonly LineCommit[]): Record<string, Oid> {
  const last = { ...before }
  for (const commit of line) {
    for (const { path, after } of commit.changes) {
      if (!path.startsWith(`${ACTIONS_FOLDER}/`)) continue
      if (after === null) delete last[path]
      else last[path] = commit.oid
    }
  }
  return last
}
