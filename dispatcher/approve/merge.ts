/**
 * The exact signed merge: main's tree and one blob. Git's merge machinery has no part in it: rename detection would
 * carry an edit or a file to where nobody approved it (field failures 38 and 48).
 */
import { GitError } from '../../lib/git/git-error.js'
import type { Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { requestPath } from '../../vault/record/subject.js'
import type { Adapters } from '../adapters.js'
import { type PersonCommit, signedCommit } from '../cli/person-commit.js'
import type { UserKey } from '../cli/user-key.js'
import type { OpenRequest } from './subject.js'

export function makeMerge(
  request: OpenRequest,
  { main }: Snapshot,
  key: UserKey,
  repository: Repository,
  adapters: Adapters,
): Promise<Oid> {
  const { id, tier, head, asked } = request
  const formula = asked.formula.name
  const commit: PersonCommit = {
    parents: [main, head],
    message: `approve ${tier} ${id}\n\nAction-Id: ${id}\nTier: ${tier}\nFormula: ${formula}\nRequest: ${head}\n`,
    edits: [{ kind: 'place', path: requestPath(id), mode: '100644', oid: asked.blob }],
  }
  return signedCommit(repository, commit, key, adapters)
}

export type Pushed =
  | { readonly kind: 'done' }
  /** Main moved: look and judge anew. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'rejected'; readonly why: string }

/** Main by compare-and-swap. After anything but a clear answer main itself is asked: the push may have succeeded. */
export async function pushMerge(
  merge: Oid,
  { main }: Snapshot,
  repository: Repository,
  branch: string,
): Promise<Pushed> {
  const ref = `refs/heads/${branch}`
  let why: string
  try {
    const [result] = await repository.remote.push([{ ref, expected: main, to: merge }])
    if (result?.kind === 'done') return { kind: 'done' }
    why = result?.why ?? 'no answer'
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    why = error.message
  }
  const now = (await repository.remote.list()).main
  if (now === null || now === main) return { kind: 'rejected', why }
  if ((await repository.objects.commit(now)) === null) await repository.remote.fetch([ref])
  return (await repository.history.isOnFirstParentLine(merge, now)) ? { kind: 'done' } : { kind: 'moved' }
}
