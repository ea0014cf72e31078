/**
 * What was done below the record folders since they were checked last with nothing to undo. Facts are recorded on whatever main
 * is by then, and what somebody did there meanwhile is put right and told by an incident, never by the way (law 8).
 */
import type { History } from '../../lib/git/port.js'
import type { Change } from '../../vault/git-facts.js'
import type { Oid } from '../../vault/oid.js'
import { RECORD_FOLDERS } from '../observe/record-watch.js'

type ChangesByPath = ReadonlyMap<string, readonly Change[]>

const NOTHING: ChangesByPath = new Map()

export class UncheckedRecords {
  /** Asked once for all that goes into one commit. */
  #since: { readonly from: Oid; readonly to: Oid; readonly changes: Promise<ChangesByPath> } | null = null

  /** @param checked up to which commit of main records are known to be as they should; null: nothing is known yet */
  constructor(
    private readonly history: Pick<History, 'isOnFirstParentLine' | 'line'>,
    private readonly checked: () => Oid | null,
  ) {}

  /** What was done to a path on the way to this main, in that order. */
  async at(base: Oid, path: string): Promise<readonly Change[]> {
    return (await this.#upTo(base)).get(path) ?? []
  }

  /** A file where a record wants one of its folders: it would go with the record, and nobody would be told of it. */
  async isInTheWay(base: Oid, path: string): Promise<boolean> {
    const changes = await this.#upTo(base)
    return foldersAbove(path).some((folder) => (changes.get(folder)?.at(-1)?.after ?? null) !== null)
  }

  async #upTo(to: Oid): Promise<ChangesByPath> {
    const from = this.checked()
    if (from === null || from === to) return NOTHING
    if (this.#since?.from !== from || this.#since.to !== to) this.#since = { from, to, changes: this.#ask(from, to) }
    return await this.#since.changes
  }

  /** Main may stand still for long, above all where nothing is undone: what git did not say it is asked for again. */
  #ask(from: Oid, to: Oid): Promise<ChangesByPath> {
    const asked = this.#changes(from, to).then(byPath)
    asked.catch(() => {
      this.#since = null
    })
    return asked
  }

  async #changes(from: Oid, to: Oid): Promise<readonly Change[]> {
    if (!(await this.history.isOnFirstParentLine(from, to))) return []
    return (await this.history.line(from, to, RECORD_FOLDERS)).flatMap(({ changes }) => changes)
  }
}

function byPath(changes: readonly Change[]): ChangesByPath {
  const found = new Map<string, Change[]>()
  for (const change of changes) {
    const known = found.get(change.path)
    if (known === undefined) found.set(change.path, [change])
    else known.push(change)
  }
  return found
}

function foldersAbove(path: string): readonly string[] {
  const names = path.split('/')
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'))
}
