/** Reads for an audit: what is not here ends it, because to an audit an absent object must never look like an absent record. */
import { MissingObject } from '../../lib/git/missing-object.js'
import type { Objects, TreeEntry } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'

export const TREE_MODE = '040000'

export async function readTree(objects: Objects, tree: Oid): Promise<readonly TreeEntry[]> {
  const entries = await objects.tree(tree)
  if (entries === null) throw new MissingObject(tree)
  return entries
}

/** The entries of a folder of a commit; none where there is no such path. */
export async function readFolder(objects: Objects, commit: Oid, path: string): Promise<readonly TreeEntry[]> {
  const entry = await objects.entry(commit, path)
  return entry?.mode === TREE_MODE ? readTree(objects, entry.oid) : []
}

/** Null for a blob that is larger. */
export async function readBlob(objects: Objects, blob: Oid, maxBytes: number): Promise<Uint8Array | null> {
  const read = await objects.blob(blob, maxBytes)
  if (read.kind === 'missing') throw new MissingObject(blob)
  return read.kind === 'blob' ? read.bytes : null
}
