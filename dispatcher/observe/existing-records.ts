/**
 * For a fresh state folder: takes in the records that main has. Folders are listed, for the ids that were used; `verify`
 * judges the records. Only claims that look unfinished, or whose runs lie here, are judged, by their whole history as the
 * watch does: that a claim has no outcome on main now may be somebody's work, and so may the claim.
 */
import type { LineCommit, Objects, Repository } from '../../lib/git/port.js'
import type { UsedEntry, UsedIds } from '../../lib/state/used-ids.js'
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { FIRED_FOLDER, INTENT_FILE, OUTCOME_FILE } from '../../vault/record/paths.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { readIntent } from './claim-end.js'
import { type WatchedRecords, watchRecords } from './record-watch.js'

/** Entries that are held in memory before they go to the index. */
const BATCH = 50_000
/** Folders that git is asked about one by one: beyond that, all that lies below their days costs less. */
const MOST_FOLDERS = 64

export type FoundClaims = Pick<WatchedRecords, 'claimed' | 'ended'>

export async function readExistingRecords(
  repository: Repository,
  root: Oid,
  main: Oid,
  usedIds: UsedIds,
  verifier: RecordVerifier,
  left: ReadonlySet<string>,
): Promise<FoundClaims> {
  const open = await readUsedIds(repository, root, main, usedIds, { nonces: left, verifier })
  if (open.size === 0) return { claimed: [], ended: [] }
  const line = await repository.history.line(null, main, foldersOf([...open]))
  return watchRecords(repository, line.map(within(open)), verifier, (id) => usedIds.dayOf(id))
}

/** Runs that lie here: somebody else may have told an end of their claims, and the truth is still to come. */
interface Left {
  readonly nonces: ReadonlySet<string>
  readonly verifier: RecordVerifier
}

/** @returns folders of claims without an outcome, and of those that are left here */
export async function readUsedIds(
  repository: Repository,
  root: Oid,
  main: Oid,
  usedIds: UsedIds,
  left: Left | null,
): Promise<ReadonlySet<string>> {
  const open = await listFolders(repository.objects, main, usedIds, left)
  await usedIds.fill(await removedClaims(repository, root, main))
  await usedIds.settle()
  return open
}

/** Folders of claims, or the days below which they lie: few enough to be named to git. */
export function foldersOf(folders: readonly string[]): readonly string[] {
  if (folders.length <= MOST_FOLDERS) return folders
  return [...new Set(folders.map((folder) => folder.slice(0, folder.lastIndexOf('/'))))]
}

async function listFolders(
  objects: Objects,
  main: Oid,
  usedIds: UsedIds,
  left: Left | null,
): Promise<ReadonlySet<string>> {
  const open = new Set<string>()
  let batch: UsedEntry[] = []
  for await (const { id, day, folder } of claims(objects, main)) {
    batch.push({ id, day })
    if (batch.length >= BATCH) {
      await usedIds.fill(batch)
      batch = []
    }
    const files = (await objects.tree(folder)) ?? []
    const has = (name: string) => files.some((file) => file.name === name)
    const path = `${FIRED_FOLDER}/${day}/${id}`
    const place = parseRecordPath(`${path}/${INTENT_FILE}`)
    if (place?.kind !== 'intent' || !has(INTENT_FILE)) continue
    if (!has(OUTCOME_FILE) || (await isLeft(objects, main, place, left))) open.add(path)
  }
  await usedIds.fill(batch)
  return open
}

async function isLeft(
  objects: Objects,
  main: Oid,
  place: { readonly day: string; readonly id: ActionId },
  left: Left | null,
): Promise<boolean> {
  if (left === null || left.nonces.size === 0) return false
  const intent = await readIntent(objects, main, place, left.verifier)
  return intent !== null && left.nonces.has(intent.predicate.nonce)
}

function within(folders: ReadonlySet<string>): (commit: LineCommit) => LineCommit {
  const isWithin = ({ path }: { readonly path: string }) => folders.has(path.slice(0, path.lastIndexOf('/')))
  return (commit) => ({ ...commit, changes: commit.changes.filter(isWithin) })
}

/** A record that somebody removed before this dispatcher came frees no id either (field failure 39). */
async function removedClaims(repository: Repository, root: Oid, main: Oid): Promise<readonly UsedEntry[]> {
  const line = await repository.history.deletions(root, main, [FIRED_FOLDER])
  return line.flatMap(({ changes }) =>
    changes.flatMap(({ path }) => {
      const place = parseRecordPath(path)
      return place?.kind === 'intent' ? [{ id: place.id, day: place.day }] : []
    }),
  )
}

async function* claims(objects: Objects, main: Oid): AsyncGenerator<{ id: string; day: string; folder: Oid }> {
  const fired = await objects.entry(main, FIRED_FOLDER)
  for (const day of fired === null ? [] : ((await objects.tree(fired.oid)) ?? [])) {
    for (const folder of (await objects.tree(day.oid)) ?? []) {
      if (parseActionId(folder.name) !== null) yield { id: folder.name, day: day.name, folder: folder.oid }
    }
  }
}
