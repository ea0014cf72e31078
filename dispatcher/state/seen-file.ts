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

const seenSchema = z.strictObject({ root: z.string(), main: z.string() })

export class SeenFile {
  readonly #path: string
  #main: Oid | null = null

  /** @param root under another trust root, what was seen before does not count */
  constructor(
    stateFolder: string,
    private readonly root: Oid,
    private readonly files: StateFiles = diskFiles,
  ) {
    this.#path = join(stateFolder, SEEN_FILE)
  }

  async read(): Promise<Oid | null> {
    if (this.#main !== null) return this.#main
    const stored = await readJsonFile(this.#path, seenSchema, this.files)
    this.#main = stored?.root === this.root ? parseOid(stored.main) : null
    return this.#main
  }

  async write(main: Oid): Promise<void> {
    if (main === this.#main) return
    await writeJsonFile(this.#path, { root: this.root, main }, this.files)
    this.#main = main
  }
}
