/** The freeze switch of one dispatcher: on disk, so that it holds at once and over a restart, whatever the remote does. */
import { join } from 'node:path'
import { z } from 'zod'
import { diskFiles } from '../../lib/state/disk-files.js'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
import type { StateFiles } from '../../lib/state/port.js'
import type { Freeze } from '../../vault/plan/snapshot.js'

const freezeSchema = z.strictObject({
  reason: z.string(),
  cause: z.enum(['operator', 'main_rewritten', 'root_missing']),
  since: z.number(),
})

/** What the observer needs of it: reads the switch at each tick, and throws it when main was rewritten. */
export interface FreezeSwitch {
  read(): Promise<Freeze | null>
  write(freeze: Freeze): Promise<void>
}

export class FreezeFile implements FreezeSwitch {
  readonly #path: string

  constructor(
    stateFolder: string,
    private readonly files: StateFiles = diskFiles,
  ) {
    this.#path = join(stateFolder, 'freeze.json')
  }

  read(): Promise<Freeze | null> {
    return readJsonFile(this.#path, freezeSchema, this.files)
  }

  write(freeze: Freeze): Promise<void> {
    return writeJsonFile(this.#path, freeze, this.files)
  }

  clear(): Promise<void> {
    return this.files.remove(this.#path)
  }
}
