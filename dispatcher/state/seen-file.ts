/**
 * The main that this dispatcher saw last, its own pushes included: durable before anything goes by it. Without it, a main
 * that is set back to before our last push would look like one that never had our claims, and they would run again.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { diskFiles } from '../../lib/state/disk-files.js'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
import type { StateFiles } from '../../lib/state/port.js'
import { type Oid, parseOid } from '../../vault/oid.js'

/** Its name in the state folder. */
export const SEEN_FILE = 'seen.json'

const seenSchema = z.strictObject({
  root: z.string(),
  main: z.string(),
  /** Epoch milliseconds of the last writing: a clock that steps back is known by it, also after a start. */
  at: z.number().optional(),
})

export class SeenFile {
  readonly #path: string
  #main: Oid | null = null
  /** Writings come one after the other, each asked when its turn has come: else an older main could be written over a newer one. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @param root under another trust root, what was seen before does not count */
  constructor(
    stateFolder: string,
    private readonly root: Oid,
    private readonly files: StateFiles = diskFiles,
    private readonly now: () => number = Date.now,
  ) {
    this.#path = join(stateFolder, SEEN_FILE)
  }

  async read(): Promise<Oid | null> {
    await this.#turn
    return this.#known()
  }

  async #known(): Promise<Oid | null> {
    if (this.#main === null) await this.#load()
    return this.#main
  }

  /** Epoch milliseconds; 0: nothing was written yet, or by a version that kept no time. */
  async writtenAt(): Promise<number> {
    return (await this.#load())?.at ?? 0
  }

  async #load() {
    const stored = await readJsonFile(this.#path, seenSchema, this.files)
    this.#main = stored?.root === this.root ? parseOid(stored.main) : null
    return stored
  }

  /** @param isNews whether it goes beyond what was seen by then; null: nothing */
  write(main: Oid, isNews: (seen: Oid | null) => boolean | Promise<boolean>): Promise<void> {
    const written = this.#turn.then(() => this.#write(main, isNews))
    this.#turn = written.catch(() => undefined)
    return written
  }

  async #write(main: Oid, isNews: (seen: Oid | null) => boolean | Promise<boolean>): Promise<void> {
    const seen = await this.#known()
    if (main === seen || !(await isNews(seen))) return
    // One that failed may have come about all the same: then only the disk knows.
    this.#main = null
    await writeJsonFile(this.#path, { root: this.root, main, at: this.now() }, this.files)
    this.#main = main
  }
}
