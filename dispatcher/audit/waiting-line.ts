/** The actions that wait on main, commit by commit: which commit was the last to change each. Read as a dispatcher reads it. */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import { actionStem } from '../../vault/request/shape.js'
import { ACTIONS_FOLDER } from '../observe/waiting-reader.js'
import { lineCommits, lineMarks } from './line-windows.js'
import { readFolder } from './read-object.js'

export class WaitingLine {
  readonly #lastChange = new Map<string, Oid>()

  /** What waited at the root came there before it: then the line before the root is read, too. */
  static async from(repository: Repository, root: Oid): Promise<WaitingLine> {
    const line = new WaitingLine()
    const entries = await readFolder(repository.objects, root, ACTIONS_FOLDER)
    if (!entries.some(({ name }) => actionStem(`${ACTIONS_FOLDER}/${name}`) !== null)) return line
    const marks = await lineMarks(repository, null, root)
    for await (const commit of lineCommits(repository, marks ?? [], [ACTIONS_FOLDER])) line.follow(commit)
    return line
  }

  lastChange(path: string): Oid | null {
    return this.#lastChange.get(path) ?? null
  }

  follow(commit: LineCommit): void {
    for (const { path, after } of commit.changes) {
      if (actionStem(path) === null) continue
      if (after === null) this.#lastChange.delete(path)
      else this.#lastChange.set(path, commit.oid)
    }
  }
}
