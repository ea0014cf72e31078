import type { Objects } from '../../lib/git/port.js'
import { parseAction } from '../../vault/action/parse.js'
import type { EntryFact } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { ActionFile } from '../../vault/request/fact.js'

const FILES = new Set(['100644', '100755', '120000'])

/** Reads and parses the file of an action. A blob over the limit is never read: its size says enough. */
export async function readActionFile(objects: Objects, entry: EntryFact, stem: string): Promise<ActionFile> {
  if (!FILES.has(entry.mode)) return { kind: 'none' }
  const read = await objects.blob(entry.oid, LIMITS.actionBytes)
  if (read.kind === 'missing') return { kind: 'missing', blob: entry.oid }
  if (read.kind === 'too_large') return { kind: 'too_large', blob: entry.oid, size: read.bytes }
  return { kind: 'parsed', blob: entry.oid, bytes: read.bytes, action: parseAction(read.bytes, stem) }
}
