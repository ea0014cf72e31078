/** How a claim ended, as its folder on main says. */
import type { Objects, TreeEntry } from '../../lib/git/port.js'
import type { ActionId } from '../../vault/action/id.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { firedFolder, OUTCOME_FILE } from '../../vault/record/paths.js'
import type { Outcome } from '../../vault/record/statement.js'

/** Instances besides the claimer whose word is read: strangers may lay any number of records there, and they are kept. */
const MOST_OTHERS = 64

/** What an outcome's bytes say; null where they do not hold. */
export type ReadOutcome = (bytes: Uint8Array) => Outcome | null

/**
 * Whoever lays a file in the place of an end hides it from nobody: then the true one is beside it, of the instance that
 * claimed it or, where nobody heard of that, of another one.
 * @returns null: no outcome that holds; its blobs may only not be here
 */
export async function readClaimEnd(
  objects: Objects,
  main: Oid,
  claim: { readonly day: string; readonly id: ActionId; readonly instance: string },
  holds: ReadOutcome,
): Promise<Outcome | null> {
  const folder = firedFolder(claim.day, claim.id)
  const entry = await objects.entry(main, folder)
  const files = entry === null ? [] : ((await objects.tree(entry.oid)) ?? [])
  const first = files.filter(({ name }) => name === OUTCOME_FILE)
  const beside = files.flatMap((file) => {
    const path = parseRecordPath(`${folder}/${file.name}`)
    return path?.kind === 'late_outcome' ? [{ ...file, instance: path.instance }] : []
  })
  const own = beside.filter(({ instance }) => instance === claim.instance)
  const others = beside.filter(({ instance }) => instance !== claim.instance).slice(0, MOST_OTHERS)
  for (const file of [...first, ...own, ...others]) {
    const outcome = await outcomeIn(objects, file, holds)
    // Under another's name it is not theirs.
    if (outcome !== null && (!('instance' in file) || file.instance === outcome.dispatcher.instance)) return outcome
  }
  return null
}

async function outcomeIn(objects: Objects, { oid }: TreeEntry, holds: ReadOutcome): Promise<Outcome | null> {
  const read = await objects.blob(oid, LIMITS.recordBytes)
  return read.kind === 'blob' ? holds(read.bytes) : null
}
