/**
 * Runs that were noted for claims of which nobody knows whether they reached main: a push without an answer, a crash before
 * it. Their folders are removed when such a push cannot arrive any more, or their time to start has passed, and main has no
 * such claim.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { diskFiles } from '../../lib/state/disk-files.js'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
import type { StateFiles } from '../../lib/state/port.js'
import type { Oid } from '../../vault/oid.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import type { Intent } from '../../vault/record/statement.js'

/** Nonce -> `start_by`. */
const notedSchema = z.record(z.string(), z.string())

/** What it needs of a runner. */
export interface NotedRuns {
  state(nonce: string): Promise<{ readonly kind: string }>
  forget(nonce: string): Promise<void>
}

type TidiedBy = Pick<Snapshot, 'now' | 'main' | 'freeze' | 'claims' | 'hasUnreadClaims'>

export class NotedClaims {
  readonly #path: string
  #known: Map<string, string> | null = null
  /** The main on which each was missed first; null: the snapshot at hand may be older than its push. */
  readonly #missedOn = new Map<string, Oid | null>()
  /** Those that this process added. */
  readonly #own = new Set<string>()

  constructor(
    stateFolder: string,
    private readonly files: StateFiles = diskFiles,
  ) {
    this.#path = join(stateFolder, 'noted.json')
  }

  /** Before their runs are noted: a whole group costs one write. */
  async add(intents: readonly Pick<Intent, 'nonce' | 'start_by'>[]): Promise<void> {
    const known = await this.#load()
    for (const { nonce, start_by } of intents) {
      known.set(nonce, start_by)
      this.#missedOn.set(nonce, null)
      this.#own.add(nonce)
    }
    if (intents.length > 0) await this.#write(known)
  }

  /** It is known what became of them. */
  async drop(nonces: readonly string[]): Promise<void> {
    const known = await this.#load()
    for (const nonce of nonces) {
      this.#missedOn.delete(nonce)
      this.#own.delete(nonce)
    }
    if (nonces.filter((nonce) => known.delete(nonce)).length > 0) await this.#write(known)
  }

  /** A run that was started, or whose claim is on main, is somebody else's to end. */
  async tidy(snapshot: TidiedBy, runs: NotedRuns): Promise<void> {
    const { now, main, claims, freeze, hasUnreadClaims } = snapshot
    // A main that cannot be trusted, or read in whole, says of no claim that it is not there, however late it is.
    if (freeze !== null || hasUnreadClaims === true) return
    const inFlight = new Set(claims.map(({ intent }) => intent.nonce))
    const missed = [...(await this.#load())].filter(([nonce]) => !inFlight.has(nonce))
    const gone = missed.flatMap(([nonce, startBy]) => {
      const before = this.#lookFor(nonce, main)
      const isOver = now >= Date.parse(startBy) && this.#maySettle(nonce, before)
      return isOver || cannotArrive(before, main) ? [nonce] : []
    })
    for (const nonce of gone) if ((await runs.state(nonce)).kind === 'noted') await runs.forget(nonce)
    await this.drop(gone)
  }

  /** @returns the main on which it was missed first, by an earlier snapshot than this one; null: by none */
  #lookFor(nonce: string, main: Oid): Oid | null {
    const before = this.#missedOn.get(nonce)
    if (before === null) this.#missedOn.delete(nonce)
    else if (before === undefined) this.#missedOn.set(nonce, main)
    return before ?? null
  }

  /**
   * A clock may step over hours while a push is on its way, and the snapshot be read just before it arrives: so two of them
   * have to miss it. Of what an earlier process left, one: where each tick is a process there is no second.
   */
  #maySettle(nonce: string, before: Oid | null): boolean {
    return before !== null || !this.#own.has(nonce)
  }

  async #load(): Promise<Map<string, string>> {
    const read = async () => await readJsonFile(this.#path, notedSchema, this.files)
    this.#known ??= new Map(Object.entries((await read()) ?? {}))
    return this.#known
  }

  #write(known: ReadonlyMap<string, string>): Promise<void> {
    return known.size === 0
      ? this.files.remove(this.#path)
      : writeJsonFile(this.#path, Object.fromEntries(known), this.files)
  }
}

/**
 * A push that is on its way still, of a process that was killed even, wants main to be what it was then. So it cannot
 * arrive any more once main was seen to have moved on, without it, from what was seen after the push.
 */
function cannotArrive(before: Oid | null, main: Oid): boolean {
  return before !== null && before !== main
}
