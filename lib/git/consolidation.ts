import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LIMITS } from '../../vault/limits.js'
import type { GitContext } from './context.js'
import { runLocal } from './local-process.js'

/** Packs smaller than this are put together; larger ones stay, so that the cost does not grow with the history. */
const BATCH = '16m'

/**
 * Puts packs together when there are many: each fetch and each commit leaves one. gc would do it too, but takes away
 * what no ref names, which is all open requests; and repack stumbles over a malformed object. This one looks into none.
 */
export class Consolidation {
  #limit: number = LIMITS.packs
  #last: Promise<void> = Promise.resolve()

  constructor(private readonly context: GitContext) {}

  packAdded(): Promise<void> {
    this.#last = this.#last.then(() => this.#consolidate())
    return this.#last
  }

  async #consolidate(): Promise<void> {
    try {
      if ((await this.#count()) <= this.#limit) return
      for (const step of [['write'], ['repack', `--batch-size=${BATCH}`], ['expire']]) {
        await runLocal(this.context, ['multi-pack-index', ...step, '--no-progress'])
      }
      this.#limit = (await this.#count()) + LIMITS.packs
    } catch (error) {
      // Many packs are slow, not wrong: what has just been written must not fail for it. It is tried again later.
      this.#limit += LIMITS.packs
      this.context.log?.debug({ error: String(error) }, 'git multi-pack-index failed')
    }
  }

  async #count(): Promise<number> {
    const names = await readdir(join(this.context.folder, 'objects', 'pack'))
    return names.filter((name) => name.endsWith('.pack')).length
  }
}
