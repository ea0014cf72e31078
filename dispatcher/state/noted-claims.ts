/**
 * Runs that were noted for claims of which nobody knows whether they reached main: a push without an answer, a crash before
 * it. Their folders are removed when their time to start has passed and main has no such claim.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { diskFiles } from '../../lib/state/disk-files.js'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
import type { StateFiles } from '../../lib/state/port.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import type { Intent } from '../../vault/record/statement.js'

/** What it needs of a runner. */
export interface NotedRuns {
  state(nonce: string): Promise<{ readonly kind: string }>
  forget(nonce: string): Promise<void>
}

export class NotedClaims {
  readonly #path: string
  #known: Map<string, string> | null = null

  constructor(
    stateFolder: string,
    private readonly files: StateFiles = diskFiles,
  ) {
    this.#path = join(stateFolder, 'noted.json')
  }

  /** Before their runs are noted: a whole group costs one write. */
  async add(intents: readonly Pick<Intent, 'nonce' | 'start_by'>[]): Promise<void> {
    const known = await this.#load()
    for (const { nonce, start_by } of intents) known.set(nonce, start_by)
    if (intents.length > 0) await this.#write(known)
  }

  /** It is known what became of them. */
  async drop(nonces: readonly string[]): Promise<void> {
    const known = await this.#load()
    if (nonces.filter((nonce) => known.delete(nonce)).length > 0) await this.#write(known)
  }

  /** A run that was started, or whose claim is on main, is somebody else's to end. */
  async tidy({ now, claims }: Pick<Snapshot, 'now' | 'claims'>, runs: NotedRuns): Promise<void> {
    const inFlight = new Set(claims.map(({ intent }) => intent.nonce))
    const due = [...(await this.#load())].filter(([, startBy]) => now >= Date.parse(startBy)).map(([nonce]) => nonce)
    const gone = due.filter((nonce) => !inFlight.has(nonce))
    for (const nonce of gone) if ((await runs.state(nonce)).kind === 'noted') await runs.forget(nonce)
    await this.drop(gone)
  }

  async #load(): Promise<Map<string, string>> {
    const read = async () => await readJsonFile(this.#path, z.record(z.string(), z.string()), this.files)
    this.#known ??= new Map(Object.entries((await read()) ?? {}))
    return this.#known
  }

  #write(known: ReadonlyMap<string, string>): Promise<void> {
    return known.size === 0
      ? this.files.remove(this.#path)
      : writeJsonFile(this.#path, Object.fromEntries(known), this.files)
  }
}
