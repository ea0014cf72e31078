/** Reads and checks the folder of one refused action. */
import type { Objects, TreeEntry } from '../../lib/git/port.js'
import { checkRefusal, refusedBlob } from '../../vault/audit/check-decision.js'
import { type AuditFinding, auditFinding } from '../../vault/audit/finding.js'
import { checkFile, RECORD_MODE } from '../../vault/audit/record-file.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { ACTION_FILE, DECISION_FILE } from '../../vault/record/paths.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { checkAside } from './check-aside.js'
import { readRecordFile, stray } from './fired-folder-reader.js'
import { readTree, TREE_MODE } from './read-object.js'

export interface ReadRefusal {
  readonly findings: readonly AuditFinding[]
  readonly records: number
}

/** The refused file itself is never read: it may be anything, of any size. Its name in git is what was signed. */
export async function readRefusal(
  objects: Objects,
  path: string,
  folder: TreeEntry,
  verifier: RecordVerifier,
): Promise<ReadRefusal> {
  const parsed = parseRecordPath(`${path}/${DECISION_FILE}`)
  if (folder.mode !== TREE_MODE || parsed?.kind !== 'refused_decision') return { findings: [stray(path)], records: 0 }
  const { id } = parsed
  const entries = await readTree(objects, folder.oid)
  const names = new Set([ACTION_FILE, DECISION_FILE])
  const strays = entries.filter(({ name }) => !names.has(name)).map(({ name }) => stray(`${path}/${name}`, id))
  const decision = entries.find(({ name }) => name === DECISION_FILE)
  if (decision === undefined) {
    const missing = auditFinding('record_missing', 'there is no decision', { id, path: `${path}/${DECISION_FILE}` })
    return { findings: [...strays, missing], records: 0 }
  }
  const action = entries.find(({ name }) => name === ACTION_FILE)
  return { findings: [...strays, ...(await check(objects, path, id, decision, action, verifier))], records: 1 }
}

async function check(
  objects: Objects,
  folder: string,
  id: string | null,
  entry: TreeEntry,
  action: TreeEntry | undefined,
  verifier: RecordVerifier,
): Promise<readonly AuditFinding[]> {
  const file = await readRecordFile(objects, folder, entry)
  const { held, findings } = await checkAside(verifier, (aside) =>
    checkFile(file, id, (bytes) => checkRefusal(file.path, bytes, aside)),
  )
  if (held === null || action === undefined) return findings
  if (action.mode === RECORD_MODE && action.oid === refusedBlob(held)) return findings
  const path = `${folder}/${ACTION_FILE}`
  return [...findings, auditFinding('subject_mismatch', 'it is not what the refusal was signed for', { id, path })]
}
