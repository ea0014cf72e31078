/** The freeze switch of one dispatcher: on disk, so that it holds at once and over a restart, whatever the remote does. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
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

  constructor(stateFolder: string) {
    this.#path = join(stateFolder, 'freeze.json')
  }

  read(): Promise<Freeze | null> {
    return readJsonFile(this.#path, freezeSchema)
  }

  write(freeze: Freeze): Promise<void> {
    return writeJsonFile(this.#path, freeze)
  }

  clear(): Promise<void> {
    return rm(this.#path, { force: true })
  }
}
