import { MissingObject } from '../../lib/git/missing-object.js'
import type { Objects } from '../../lib/git/port.js'
import type { ActionId } from '../../vault/action/id.js'
import type { Oid } from '../../vault/oid.js'
import { firedFolder } from '../../vault/record/paths.js'

/**
 * Something lies where the records of a claim go. A day folder that was made by hand may hold names by which git cannot read
 * it: who can plant one must not hold up every claim of that day, and what is known of used ids still counts.
 */
export async function hasRecords(
  objects: Objects,
  main: Oid,
  { day, id }: { readonly day: string; readonly id: ActionId },
): Promise<boolean> {
  try {
    return (await objects.entry(main, firedFolder(day, id))) !== null
  } catch (error) {
    if (error instanceof MissingObject) return false
    throw error
  }
}
