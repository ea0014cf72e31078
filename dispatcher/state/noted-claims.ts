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

const notedSchema = z.strictObject({
  start_by: z.string(),
  /** The main on which its claim was missed first; null: on none yet. */
  missed_on: z.string().nullable(),
})
type Noted = Readonly<z.infer<typeof notedSchema>>
/** By nonce. */
const allNotedSchema = z.record(z.string(), notedSchema)

/** What it needs of a runner. */
export interface NotedRuns {
  state(nonce: string): Promise<{ readonly kind: string }>
  forget(nonce: string): Promise<void>
}

type TidiedBy = Pick<Snapshot, 'now' | 'main' | 'freeze' | 'claims' | 'hasUnreadClaims'>

export class NotedClaims {
  readonly #path: string
  #known: Map<string, Noted> | null = null
  /** Those of this process, as long as the snapshot at hand may be older than their push. */
  readonly #fresh = new Set<string>()

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
      known.set(nonce, { start_by, missed_on: null })
      this.#fresh.add(nonce)
    }
    if (intents.length > 0) await this.#write(known)
  }

  /** Whether its claim may be on its way. */
  async has(nonce: string): Promise<boolean> {
    return (await this.#load()).has(nonce)
  }

  /** It is known what became of them. */
  async drop(nonces: readonly string[]): Promise<void> {
    const known = await this.#load()
    for (const nonce of nonces) this.#fresh.delete(nonce)
    if (nonces.filter((nonce) => known.delete(nonce)).length > 0) await this.#write(known)
  }

  /**
   * A run that was started, or whose claim is on main, is somebody else's to end. A clock may step over hours while a push is on
   * its way, of a process that was killed even, and a snapshot be read just before it arrives: so two of them have to miss it.
   */
  async tidy(snapshot: TidiedBy, runs: NotedRuns): Promise<void> {
    const { now, main, claims, freeze, hasUnreadClaims } = snapshot
    // A main that cannot be trusted, or read in whole, says of no claim that it is not there, however late it is.
    if (freeze !== null || hasUnreadClaims === true) return
    const inFlight = new Set(claims.map(({ intent }) => intent.nonce))
    const known = await this.#load()
    const missed = [...known].filter(([nonce]) => !this.#fresh.delete(nonce) && !inFlight.has(nonce))
    const gone = missed.filter(([, noted]) => cannotArrive(noted, main) || isOver(noted, now)).map(([nonce]) => nonce)
    for (const nonce of gone) if ((await runs.state(nonce)).kind === 'noted') await runs.forget(nonce)
    for (const nonce of gone) known.delete(nonce)
    const first = missed.filter(([, { missed_on }]) => missed_on === null)
    for (const [nonce, noted] of first) known.set(nonce, { ...noted, missed_on: main })
    if (gone.length + first.length > 0) await this.#write(known)
  }

  async #load(): Promise<Map<string, Noted>> {
    const read = async () => await readJsonFile(this.#path, allNotedSchema, this.files)
    this.#known ??= new Map(Object.entries((await read()) ?? {}))
    return this.#known
  }

  #write(known: ReadonlyMap<string, Noted>): Promise<void> {
    return known.size === 0
      ? this.files.remove(this.#path)
      : writeJsonFile(this.#path, Object.fromEntries(known), this.files)
  }
}

/**
 * A push that is on its way still, of a process that was killed even, wants main to be what it was then. So it cannot
 * arrive any more once main was seen to have moved on, without it, from what was seen after the push.
 */
function cannotArrive({ missed_on }: Noted, main: Oid): boolean {
  return missed_on !== null && missed_on !== main
}

function isOver({ start_by, missed_on }: Noted, now: number): boolean {
  return missed_on !== null && now >= Date.parse(start_by)
}
