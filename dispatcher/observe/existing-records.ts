/** For a fresh state folder: takes in the records that main has. Their folders are listed; `verify` is what judges them. */
import type { Objects, Repository } from '../../lib/git/port.js'
import type { UsedEntry, UsedIds } from '../../lib/state/used-ids.js'
import { parseActionId } from '../../vault/action/id.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { FIRED_FOLDER, INTENT_FILE, OUTCOME_FILE } from '../../vault/record/paths.js'

/** Entries that are held in memory before they go to the index. */
const BATCH = 50_000

export interface ExistingRecords {
  /** Claims without outcome: id -> day. */
  readonly inFlight: Record<string, string>
}

export async function readExistingRecords(
  repository: Repository,
  root: Oid,
  main: Oid,
  usedIds: UsedIds,
): Promise<ExistingRecords> {
  const inFlight: Record<string, string> = {}
  let batch: UsedEntry[] = []
  for await (const { id, day, folder } of claims(repository.objects, main)) {
    batch.push({ id, day })
    if (batch.length >= BATCH) {
      await usedIds.add(batch)
      batch = []
    }
    const files = (await repository.objects.tree(folder)) ?? []
    const has = (name: string) => files.some((file) => file.name === name)
    if (has(INTENT_FILE) && !has(OUTCOME_FILE)) inFlight[id] = day
  }
  await usedIds.add(batch)
  await usedIds.add(await removedClaims(repository, root, main))
  return { inFlight }
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
