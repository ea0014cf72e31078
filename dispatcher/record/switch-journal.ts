/**
 * Freezes and their ends that could not be recorded when they were made, because the remote was away: each is recorded by
 * the next tick that can write. The switch itself holds all the while.
 */
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
const switchSchema = z.strictObject({
  event: z.enum(['freeze', 'unfreeze']),
  reason: z.string(),
  cause: z.enum(['operator', 'main_rewritten', 'root_missing']),
  root: oidSchema.nullable(),
  /** Epoch milliseconds of the switch, not of its record. */
  at: z.number(),
  /** Main as it was seen first with the remote there; null until then. With it, the record is the same in each attempt. */
  main: oidSchema.nullable(),
})
export type UnrecordedSwitch = z.infer<typeof switchSchema>
/** Made once: each tick reads by it. */
const switchesSchema = z.array(switchSchema)

export class SwitchJournal {
  readonly #path: string

  constructor(
    stateFolder: string,
    private readonly files: StateFiles = diskFiles,
  ) {
    this.#path = join(stateFolder, 'switches.json')
  }

  async add(added: UnrecordedSwitch): Promise<void> {
    await this.#write([...(await this.#read()), added])
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
    for (const waiting of await this.#read()) {
      const bound = waiting.main === null ? { ...waiting, main } : waiting
      // First on disk: a push whose answer is lost is then repeated with the same bytes, and found to be there.
      if (bound !== waiting) await this.#replace(waiting, [bound])
      const { event, reason, cause, root, at } = bound
      const entry = freezeEntry(event, { reason, cause, root }, { main: bound.main ?? main, now: at }, scribe)
      const recorded = await recorder.record(entry)
      if (recorded.kind !== 'done') return recorded
      await this.#replace(bound, [])
    }
    return null
  }

  /** Read anew: somebody may have thrown the switch again meanwhile. */
  async #replace(old: UnrecordedSwitch, by: readonly UnrecordedSwitch[]): Promise<void> {
    const text = JSON.stringify(old)
    await this.#write((await this.#read()).flatMap((each) => (JSON.stringify(each) === text ? by : [each])))
  }

  async #read(): Promise<readonly UnrecordedSwitch[]> {
    return (await readJsonFile(this.#path, switchesSchema, this.files)) ?? []
  }

  #write(switches: readonly UnrecordedSwitch[]): Promise<void> {
    return switches.length === 0 ? this.files.remove(this.#path) : writeJsonFile(this.#path, switches, this.files)
  }
}
