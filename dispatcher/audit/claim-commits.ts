/** Finds the commit that claimed each action. An intent says on which main it was decided, so only the stretch after that is walked. */
import type { Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import { FIRED_FOLDER, INTENT_FILE } from '../../vault/record/paths.js'
import type { LogEntry } from './fired-log.js'

/** Entries looked up by one walk: each walk also asks where its two ends lie, which may cost the whole line. */
const BATCH = 10_000

/** @param entries in the order of their claims; their commits are filled in */
export async function* withCommits(
  repository: Repository,
  main: Oid,
  entries: readonly LogEntry[],
): AsyncGenerator<LogEntry> {
  for (let from = 0; from < entries.length; from += BATCH) {
    const batch = entries.slice(from, from + BATCH)
    // What comes after the batch was decided on a main that has all of it, as far as clocks and dispatchers are honest.
    const after = entries[from + 2 * BATCH - 1] ?? null
    const commits = await findCommits(repository, main, batch, after?.base ?? null)
    for (const { line, base } of batch) yield { line: { ...line, commit: commits.get(pathOf(line)) ?? null }, base }
  }
}

/** What a record says of itself only makes the search short; where that misses one, the whole line is walked. */
async function findCommits(
  repository: Repository,
  main: Oid,
  batch: readonly LogEntry[],
  until: Oid | null,
): Promise<ReadonlyMap<string, Oid>> {
  const from = await onLine(repository, main, batch[0]?.base ?? null)
  const to = (await onLine(repository, main, until)) ?? main
  const found = await addedBetween(repository, from, to, batch)
  const missed = batch.filter(({ line }) => !found.has(pathOf(line)))
  if (missed.length === 0 || (from === null && to === main)) return found
  return new Map([...found, ...(await addedBetween(repository, null, main, missed))])
}

/** The first commit that added each intent: one that was removed and put back is not claimed anew. */
async function addedBetween(
  repository: Repository,
  from: Oid | null,
  to: Oid,
  batch: readonly LogEntry[],
): Promise<ReadonlyMap<string, Oid>> {
  const wanted = new Set(batch.map(({ line }) => pathOf(line)))
  const days = [...new Set(batch.map(({ line }) => dayFolder(line.record)))]
  // Many paths cost git more than all that lies below one.
  const paths = batch.length === 1 ? [...wanted] : days.length === 1 ? days : [FIRED_FOLDER]
  const found = new Map<string, Oid>()
  for (const commit of await repository.history.line(from, to, paths)) {
    for (const { path, after } of commit.changes) {
      if (after !== null && wanted.has(path) && !found.has(path)) found.set(path, commit.oid)
    }
  }
  return found
}

/** Whoever wrote the record chose its base: one that is elsewhere would lead to commits that main does not have. */
async function onLine(repository: Repository, main: Oid, commit: Oid | null): Promise<Oid | null> {
  return commit !== null && (await repository.history.isOnFirstParentLine(commit, main)) ? commit : null
}

function pathOf({ record }: LogEntry['line']): string {
  return `${record}/${INTENT_FILE}`
}

function dayFolder(record: string): string {
  return record.slice(0, record.lastIndexOf('/'))
}
