/**
 * Main's first-parent line, oldest first, in windows: a history of any length passes through the memory of two windows.
 * The windows are found by walking back from main, so no date of a commit has a say in what belongs to the line.
 */
import { GitError } from '../../lib/git/git-error.js'
import { MissingObject } from '../../lib/git/missing-object.js'
import type { LineCommit, Objects, Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'

/** Commits of one window. One commit may hold a thousand claims; fewer commits would cost a git process for each few. */
const WINDOW = 250

/** Ends of the windows; null stands before the first commit of all. */
export type LineMarks = readonly (Oid | null)[]

/** @returns null where `from` is not on the first-parent line of `to` */
export async function lineMarks(repository: Repository, from: Oid | null, to: Oid): Promise<LineMarks | null> {
  if (to === from) return []
  const marks: (Oid | null)[] = [to]
  let length = 0
  let last = to
  const see = (commit: Oid) => {
    if (commit === from) return true
    if (length > 0 && length % WINDOW === 0) marks.push(commit)
    length += 1
    last = commit
    return false
  }
  const isEnd = (await walk(repository, to, see)) || (await readOn(repository, last, see)) === from
  return isEnd ? [...marks, from].reverse() : null
}

/** One process for the whole line. What it cannot walk is read commit by commit, which says what is missing. */
async function walk({ history }: Repository, to: Oid, see: (commit: Oid) => boolean): Promise<boolean> {
  try {
    return await history.walkLine(to, see)
  } catch (error) {
    if (error instanceof GitError) return false
    throw error
  }
}

/**
 * In a shallow clone git takes the last commit that it has for the first one of all; the commit itself still names its
 * parent. Such a line must not look like one that is whole, without the root.
 * @returns what `see` said yes to; null: the line ended before
 */
async function readOn({ objects }: Repository, shown: Oid, see: (commit: Oid) => boolean): Promise<Oid | null> {
  let commit = await firstParent(objects, shown)
  while (commit !== null && !see(commit)) commit = await firstParent(objects, commit)
  return commit
}

async function firstParent(objects: Objects, commit: Oid): Promise<Oid | null> {
  const fact = await objects.commit(commit)
  if (fact === null) throw new MissingObject(commit)
  return fact.parents[0] ?? null
}

/** Commits of the line that changed something below `paths`. git reads the next window while this one is judged. */
export async function* lineCommits(
  { history }: Repository,
  marks: LineMarks,
  paths: readonly string[],
): AsyncGenerator<LineCommit> {
  const read = (index: number): Promise<readonly LineCommit[]> | null => {
    const [from, to] = [marks[index - 1], marks[index]]
    const window = from === undefined || to === undefined || to === null ? null : history.line(from, to, paths)
    // Whoever stops before asks for it no more, and its failure is nobody's.
    window?.catch(() => undefined)
    return window
  }
  let ahead = read(1)
  for (let index = 2; ahead !== null; index++) {
    const window = await ahead
    ahead = read(index)
    yield* window
  }
}
