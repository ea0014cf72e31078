/** Reads and checks the folder of one fired action, as it lies in a tree. */
import type { Objects, TreeEntry } from '../../lib/git/port.js'
import { checkFiredFolder, checkFiredOutcome, type FiredFolder, type Place } from '../../vault/audit/check-fired.js'
import { type AuditFinding, auditFinding } from '../../vault/audit/finding.js'
import { RECORD_MODE, type RecordFile } from '../../vault/audit/record-file.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { ACTION_FILE, firedFolder, INTENT_FILE } from '../../vault/record/paths.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { checkAside } from './check-aside.js'
import { readBlob, readTree } from './read-object.js'

export interface ReadFolder {
  readonly folder: FiredFolder
  readonly findings: readonly AuditFinding[]
  /** The blob of intent.json. */
  readonly intentBlob: Oid | null
  /** Signed files that were checked. */
  readonly records: number
}

export async function readFiredFolder(
  objects: Objects,
  place: Place,
  tree: Oid,
  verifier: RecordVerifier,
): Promise<ReadFolder> {
  const entries = await readTree(objects, tree)
  const path = firedFolder(place.day, place.id)
  const find = (name: string) => entries.find((entry) => entry.name === name)
  const read = async (entry: TreeEntry | undefined) =>
    entry === undefined ? null : readRecordFile(objects, path, entry)
  const [action, intent] = await Promise.all([read(find(ACTION_FILE)), read(find(INTENT_FILE))])
  const folder = await checkAside(verifier, (aside) => checkFiredFolder(place, { action, intent }, aside))
  const findings = [...folder.findings]
  let records = intent === null ? 0 : 1
  // One by one: a folder may hold any number of files.
  for (const entry of entries) {
    const file = parseRecordPath(`${path}/${entry.name}`)
    if (file?.kind === 'outcome' || file?.kind === 'late_outcome') {
      const outcome = await readRecordFile(objects, path, entry)
      findings.push(...(await checkAside(verifier, (aside) => checkFiredOutcome(folder, outcome, aside))))
      records += 1
    } else if (file?.kind !== 'intent' && file?.kind !== 'fired_action') {
      findings.push(stray(`${path}/${entry.name}`, place.id))
    }
  }
  return { folder, findings, intentBlob: find(INTENT_FILE)?.oid ?? null, records }
}

export async function readRecordFile(objects: Objects, folder: string, entry: TreeEntry): Promise<RecordFile> {
  const isFile = entry.mode === RECORD_MODE
  const bytes = isFile ? await readBlob(objects, entry.oid, LIMITS.recordBytes) : null
  return { path: `${folder}/${entry.name}`, mode: entry.mode, bytes }
}

export function stray(path: string, id: string | null = null): AuditFinding {
  return auditFinding('record_foreign', 'a dispatcher writes nothing there', { id, path })
}
