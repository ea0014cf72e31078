import { type Oid, oid } from '../../vault/oid.js'
import type { GitContext } from './context.js'
import { runLocal } from './local-process.js'
import type { Objects } from './port.js'

/** Answers remembered: while a dispatcher is frozen it asks the same again in each tick, and it may be the costly one. */
const REMEMBERED = 1_000
/** Commits that are read by the process that is there anyway, before one is started: main is mostly asked about after a push or two. */
const READ_ALONE = 8

/**
 * Walks first parents from the new end, and stops at the commit that it looks for: a tick pays for what is new. No
 * range is given to git: it cuts ranges by commit dates, and those are whatever their author wrote.
 */
export class FirstParentLine {
  readonly #known = new Map<string, boolean>()

  constructor(
    private readonly context: GitContext,
    private readonly objects: Pick<Objects, 'commit'>,
  ) {}

  async has(ancestor: Oid, descendant: Oid): Promise<boolean> {
    if (ancestor === descendant) return true
    const key = `${ancestor} ${descendant}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found =
      (await this.#isNear(ancestor, descendant)) || (await this.walk(descendant, (commit) => commit === ancestor))
    if (this.#known.size >= REMEMBERED) this.#known.clear()
    this.#known.set(key, found)
    return found
  }

  async #isNear(ancestor: Oid, descendant: Oid): Promise<boolean> {
    let parent: Oid | undefined = descendant
    for (let read = 0; read < READ_ALONE && parent !== undefined; read++) {
      parent = (await this.objects.commit(parent))?.parents[0]
      if (parent === ancestor) return true
    }
    return false
  }

  async walk(to: Oid, see: (commit: Oid) => boolean): Promise<boolean> {
    let rest = ''
    let found = false
    await runLocal(this.context, ['rev-list', '--first-parent', '--end-of-options', to], {
      consume: (chunk) => {
        const lines = (rest + chunk.toString('latin1')).split('\n')
        rest = lines.pop() ?? ''
        found ||= lines.some((line) => see(oid(line)))
        return found
      },
    })
    return found
  }
}
