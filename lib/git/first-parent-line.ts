import type { Oid } from '../../vault/oid.js'
import type { GitContext } from './context.js'
import { runLocal } from './local-process.js'

/** Answers remembered: while a dispatcher is frozen it asks the same again in each tick, and it may be the costly one. */
const REMEMBERED = 1_000

/**
 * Walks first parents from the new end, and stops at the commit that it looks for: a tick pays for what is new. No
 * range is given to git: it cuts ranges by commit dates, and those are whatever their author wrote.
 */
export class FirstParentLine {
  readonly #known = new Map<string, boolean>()

  constructor(private readonly context: GitContext) {}

  async has(ancestor: Oid, descendant: Oid): Promise<boolean> {
    if (ancestor === descendant) return true
    const key = `${ancestor} ${descendant}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found = await this.#walk(ancestor, descendant)
    if (this.#known.size >= REMEMBERED) this.#known.clear()
    this.#known.set(key, found)
    return found
  }

  async #walk(ancestor: Oid, descendant: Oid): Promise<boolean> {
    let rest = ''
    let found = false
    await runLocal(this.context, ['rev-list', '--first-parent', '--end-of-options', descendant], {
      consume: (chunk) => {
        const lines = (rest + chunk.toString('latin1')).split('\n')
        rest = lines.pop() ?? ''
        found ||= lines.includes(ancestor)
        return found
      },
    })
    return found
  }
}
