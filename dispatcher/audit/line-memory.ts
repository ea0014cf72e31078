/** Which commits the line has passed. Almost every question is about the last few, so only those are kept; git is asked about the rest. */
import type { History, LineCommit } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'

const KEPT = 4_000

export class LineMemory {
  readonly #recent = new Set<Oid>()

  constructor(
    private readonly history: History,
    root: Oid,
  ) {
    this.#recent.add(root)
  }

  passed({ oid }: LineCommit): void {
    this.#recent.add(oid)
    const [oldest] = this.#recent
    if (this.#recent.size > KEPT && oldest !== undefined) this.#recent.delete(oldest)
  }

  /** Is `base` on the first-parent line before `commit`? */
  async isBefore(base: Oid, { parents }: LineCommit): Promise<boolean> {
    const [first] = parents
    if (first === undefined) return false
    return base === first || this.#recent.has(base) || this.history.isOnFirstParentLine(base, first)
  }
}
