/**
 * Freezes and their ends that could not be recorded when they were made, because the remote was away: each is recorded by
 * the next tick that can write. The switch itself holds all the while.
 *
 * The daemon and an operator's command work on it at the same time, without a lock: so each switch is a file of its own, which is
 * written once, then only renamed and removed.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { diskFiles } from '../../lib/state/disk-files.js'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
import type { StateFiles } from '../../lib/state/port.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { freezeEntry, type Scribe } from './entries.js'
import type { Recorded } from './entry.js'
import type { Recorder } from './recorder.js'

const oidSchema = z.custom<Oid>((value) => typeof value === 'string' && parseOid(value) !== null)
/** Made once: each tick reads by it. */
const switchSchema = z.strictObject({
  event: z.enum(['freeze', 'unfreeze']),
  reason: z.string(),
  cause: z.enum(['operator', 'main_rewritten', 'root_missing']),
  root: oidSchema.nullable(),
  /** Epoch milliseconds of the switch, not of its record. */
  at: z.number(),
})
export type UnrecordedSwitch = z.infer<typeof switchSchema>

/** They sort by time. Before `.json`: the main that its record is bound to, once it is. */
const NAME = /^\d{15}-[0-9a-f-]{36}(?:\.([0-9a-f]+))?\.json$/

/** One that waits on the disk. */
interface Waiting {
  readonly path: string
  readonly main: Oid | null
}
type Bound = Waiting & { readonly main: Oid }

export class SwitchJournal {
  readonly #folder: string

  constructor(
    stateFolder: string,
    private readonly files: StateFiles = diskFiles,
  ) {
    this.#folder = join(stateFolder, 'switches')
  }

  async add(added: UnrecordedSwitch): Promise<void> {
    const last = (await this.#names()).at(-1)
    // After what is there already: a clock that went back must not turn a freeze and its end around.
    const time = Math.max(added.at, last === undefined ? 0 : Number.parseInt(last, 10) + 1)
    const name = `${String(time).padStart(15, '0')}-${randomUUID()}.json`
    await writeJsonFile(join(this.#folder, name), added, this.files)
  }

  /**
   * Oldest first; what main does not take now waits for the next tick. On a main that is not trusted nothing is written.
   * @returns what kept one from main; null: nothing did
   */
  async record(
    recorder: Recorder,
    scribe: Scribe,
    { main, freeze }: Pick<Snapshot, 'main' | 'freeze'>,
  ): Promise<Recorded | null> {
    if (freeze !== null && freeze.cause !== 'operator') return null
    for (let waiting = await this.#first(); waiting !== null; waiting = await this.#first()) {
      const bound = await this.#bind(waiting, main)
      const thrown = bound === null ? null : await readJsonFile(bound.path, switchSchema, this.files)
      // Somebody else was quicker.
      if (bound === null || thrown === null) continue
      const { event, reason, cause, root, at } = thrown
      const entry = freezeEntry(event, { reason, cause, root }, { main: bound.main, now: at }, scribe)
      const recorded = await recorder.record(entry)
      if (recorded.kind !== 'done') return recorded
      await this.files.remove(bound.path)
    }
    return null
  }

  /**
   * To one main for good, before the first push: one whose answer is lost is repeated with the same bytes, and found to be there.
   * @returns null: somebody else was quicker
   */
  async #bind({ path, main: known }: Waiting, main: Oid): Promise<Bound | null> {
    if (known !== null) return { path, main: known }
    const bound = path.replace(/json$/, `${main}.json`)
    return (await this.files.rename(path, bound)) ? { path: bound, main } : null
  }

  async #first(): Promise<Waiting | null> {
    const [name] = await this.#names()
    if (name === undefined) return null
    return { path: join(this.#folder, name), main: parseOid(NAME.exec(name)?.[1] ?? '') }
  }

  /** Oldest first; what else lies there is a file that is being written. */
  async #names(): Promise<readonly string[]> {
    return (await this.files.list(this.#folder)).filter((name) => NAME.test(name))
  }
}
