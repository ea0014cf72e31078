/** For a fresh state folder: takes in the records that main has. Their folders are listed; `verify` is what judges them. */
import type { Objects, Repository } from '../../lib/git/port.js'
import type { UsedEntry, UsedIds } from '../../lib/state/used-ids.js'
import { parseActionId } from '../../vault/action/id.js'
import type { Oid } from '../../vault/oid.js'
import { FIRED_FOLDER, INTENT_FILE, OUTCOME_FILE } from '../../vault/record/paths.js'

/** Entries that are held in memory before they go to the index. */
const BATCH = 50_000

export interface ExistingRecords {
  /** Claims without outcome: id -> day. */
  readonly inFlight: Record<string, string>
}

export async function readExistingRecords(
  repository: Repository,
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
  return { inFlight }
}

async function* claims(objects: Objects, main: Oid): AsyncGenerator<{ id: string; day: string; folder: Oid }> {
  const fired = await objects.entry(main, FIRED_FOLDER)
  for (const day of fired === null ? [] : ((await objects.tree(fired.oid)) ?? [])) {
    for (const folder of (await objects.tree(day.oid)) ?? []) {
      if (parseActionId(folder.name) !== null) yield { id: folder.name, day: day.name, folder: folder.oid }
    }
  }
}
