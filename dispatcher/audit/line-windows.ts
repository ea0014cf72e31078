/**
 * Main's first-parent line, oldest first, in windows: a history of any length passes through the memory of one window.
 * The windows are found by walking back from main, so no date of a commit has a say in what belongs to the line.
 */
import { MissingObject } from '../../lib/git/missing-object.js'
import type { LineCommit, Objects, Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'

/** Commits of one window. One commit may hold a thousand claims; fewer commits would cost a git process for each few. */
const WINDOW = 250

/** Ends of the windows; null stands before the first commit of all. */
export type LineMarks = readonly (Oid | null)[]

/** @returns null where `from` is not on the first-parent line of `to` */
export async function lineMarks(objects: Objects, from: Oid | null, to: Oid): Promise<LineMarks | null> {
  const marks: (Oid | null)[] = [to]
  let commit: Oid | null = to
  for (let length = 0; commit !== from; length++) {
    // Before the first commit, and `from` never came.
    if (commit === null) return null
    if (length > 0 && length % WINDOW === 0) marks.push(commit)
    const fact = await objects.commit(commit)
    if (fact === null) throw new MissingObject(commit)
    commit = fact.parents[0] ?? null
  }
  return to === from ? [] : [...marks, from].reverse()
}

/** Commits of the line that changed something below `paths`. */
export async function* lineCommits(
  repository: Repository,
  marks: LineMarks,
  paths: readonly string[],
): AsyncGenerator<LineCommit> {
  for (const [index, to] of marks.entries()) {
    const from = marks[index - 1]
    if (from === undefined || to === null) continue
    yield* await repository.history.line(from, to, paths)
  }
}
