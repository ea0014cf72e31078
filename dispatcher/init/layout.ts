/** The one commit that lays an ops repo out. It adds what is missing and overwrites nothing. */
import type { FileEdit, Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import { problemLines } from '../../vault/prose/problem-line.js'
import type { Adapters } from '../adapters.js'
import { unsignedCommit } from '../cli/person-commit.js'
import { usageError } from '../cli/terminal.js'
import { compileAt, readTrustIds } from '../observe/trust-reader.js'
import type { StarterFile } from './starter-files.js'

export interface Layout {
  readonly commit: Oid
  /** Starter files that the repo has its own of. */
  readonly kept: readonly string[]
}

/** @param main null: the repo is empty */
export async function layOut(
  repository: Repository,
  main: Oid | null,
  files: readonly StarterFile[],
  adapters: Adapters,
): Promise<Layout> {
  const kept = main === null ? [] : await presentOf(repository, main, files)
  const edits = files
    .filter(({ path }) => !kept.includes(path))
    .map(({ path, bytes }): FileEdit => ({ kind: 'write', path, bytes }))
  const parents = main === null ? [] : [main]
  const commit = await unsignedCommit(repository, { parents, message: 'lay out the ops repo\n', edits }, adapters)
  await assertUsable(repository, commit, kept)
  return { commit, kept }
}

async function presentOf(repository: Repository, main: Oid, files: readonly StarterFile[]): Promise<readonly string[]> {
  const present: string[] = []
  for (const { path } of files) if (await isThere(repository, main, path)) present.push(path)
  return present
}

/** Also where a file stands in the way of one of its folders: writing it would remove that file. */
async function isThere(repository: Repository, main: Oid, path: string): Promise<boolean> {
  const parts = path.split('/')
  for (let length = 1; length <= parts.length; length++) {
    const entry = await repository.objects.entry(main, parts.slice(0, length).join('/'))
    if (entry === null) return false
    if (entry.mode !== '040000') return true
  }
  return true
}

/** Everything that follows is judged by this set: a broken one would lock everybody out (field failure 49). */
async function assertUsable(repository: Repository, commit: Oid, kept: readonly string[]): Promise<void> {
  const ids = await readTrustIds(repository, commit)
  const compiled = await compileAt(repository, ids, ids.signers === null ? 'forge' : 'signers')
  if (compiled.ok) return
  const own =
    kept.length === 0 ? '' : ` (the repo has its own ${kept.slice(0, 5).join(', ')}, which are kept as they are)`
  throw usageError(
    [`nothing was laid out, because the trust set could not be used${own}:`, ...problemLines(compiled.files)].join(
      '\n',
    ),
  )
}
