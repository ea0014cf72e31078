/** Reads an ops repo as a commit has it. */
import type { Repository, TreeEntry } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import { formulaFiles, readTrustIds } from '../observe/trust-reader.js'
import { ACTIONS, type FileContent, isAction, maxBytesOf, type OpsFiles, SINGLE_FILES } from './ops-files.js'

const EXECUTABLE = '100755'
const REGULAR = new Set(['100644', EXECUTABLE])

export async function readMain(repository: Repository, commit: Oid): Promise<OpsFiles> {
  const files = new Map<string, FileContent>()
  const add = async (path: string, entry: Pick<TreeEntry, 'mode' | 'oid'>) => {
    files.set(path, await readEntry(repository, path, entry))
  }
  const top = (await repository.objects.tree(commit)) ?? []
  for (const entry of top) if (SINGLE_FILES.some((name) => name === entry.name)) await add(entry.name, entry)
  for (const file of await formulaFiles(repository, await readTrustIds(repository, commit))) await add(file.path, file)
  const folder = await repository.objects.entry(commit, ACTIONS)
  for (const entry of folder === null ? [] : ((await repository.objects.tree(folder.oid)) ?? [])) {
    if (entry.name.endsWith('.toml')) await add(`${ACTIONS}/${entry.name}`, entry)
  }
  return files
}

async function readEntry(
  repository: Repository,
  path: string,
  { mode, oid }: Pick<TreeEntry, 'mode' | 'oid'>,
): Promise<FileContent> {
  if (!REGULAR.has(mode) || (isAction(path) && mode === EXECUTABLE)) return { kind: 'not_regular' }
  const maxBytes = maxBytesOf(path)
  const read = await repository.objects.blob(oid, maxBytes)
  if (read.kind === 'too_large') return { kind: 'too_large', size: read.bytes, maxBytes }
  return read.kind === 'blob' ? { kind: 'bytes', bytes: read.bytes } : { kind: 'not_regular' }
}
