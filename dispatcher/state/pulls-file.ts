/**
 * What this dispatcher shows on pull requests, so that nothing is said twice (field failure 31). Output, never state
 * that decides: people with write permission can edit our comments, and this file may be lost.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from '../../lib/state/json-file.js'
import type { StateFiles } from '../../lib/state/port.js'

const shownSchema = z.object({
  head: z.string(),
  /** Digest of what was shown last, whole; null: not all of it arrived. */
  digest: z.string().nullable(),
  /** Our comment; null: none is known. */
  comment: z.number().int().nullable(),
  /** Tier label that is on it. */
  label: z.string().nullable(),
  /** The commit status that was set: its head and digest. */
  status: z.string().nullable(),
  /** Claimed from this pull request: it is told how the run ended. On which day is for main to say: a claim may be pushed twice, and the first one arrive. */
  claim: z.object({ id: z.string(), isTold: z.boolean().default(false) }).nullable(),
})
export type ShownPull = z.infer<typeof shownSchema>

const pullsSchema = z.object({
  version: z.literal(1),
  pulls: z.record(z.string(), shownSchema),
})
type Pulls = z.infer<typeof pullsSchema>

/** Its name in the state folder. */
export const PULLS_FILE = 'pulls.json'

export class PullsFile {
  readonly #path: string
  #file: Pulls | null = null
  #revision = 0

  constructor(
    stateFolder: string,
    private readonly files: StateFiles,
  ) {
    this.#path = join(stateFolder, PULLS_FILE)
  }

  /** Another number, another content. */
  get revision(): number {
    return this.#revision
  }

  async all(): Promise<ReadonlyMap<number, ShownPull>> {
    const { pulls } = await this.#load()
    return new Map(Object.entries(pulls).map(([number, shown]) => [Number(number), shown]))
  }

  async of(pull: number, head: string): Promise<ShownPull> {
    return (await this.#load()).pulls[pull] ?? { ...NOTHING_SHOWN, head }
  }

  /** Durable when it resolves. */
  async set(changed: ReadonlyMap<number, ShownPull>): Promise<void> {
    if (changed.size === 0) return
    const file = await this.#load()
    await this.#write({ ...file, pulls: { ...file.pulls, ...Object.fromEntries(changed) } })
  }

  /** What was shown on them is looked for, should they be shown anything again. Durable when it resolves. */
  async forget(numbers: readonly number[]): Promise<void> {
    const file = await this.#load()
    const gone = new Set(numbers.map(String))
    const left = Object.entries(file.pulls).filter(([number]) => !gone.has(number))
    await this.#write({ ...file, pulls: Object.fromEntries(left) })
  }

  async #write(file: Pulls): Promise<void> {
    try {
      await writeJsonFile(this.#path, file, this.files)
      this.#file = file
    } catch (error) {
      // It may have come about all the same: then only the disk knows.
      this.#file = null
      throw error
    } finally {
      this.#revision++
    }
  }

  async #load(): Promise<Pulls> {
    this.#file ??= (await readJsonFile(this.#path, pullsSchema, this.files)) ?? { version: 1, pulls: {} }
    return this.#file
  }
}

const NOTHING_SHOWN: Omit<ShownPull, 'head'> = {
  digest: null,
  comment: null,
  label: null,
  status: null,
  claim: null,
}
