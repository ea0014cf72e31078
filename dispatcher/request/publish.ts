/** Pushes a request's branch: it must not exist. */
import { GitError } from '../../lib/git/git-error.js'
import type { Repository } from '../../lib/git/port.js'
import type { ActionId } from '../../vault/action/id.js'
import type { Oid } from '../../vault/oid.js'

export type Published =
  | { readonly kind: 'done' }
  /** Somebody else was faster. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'rejected'; readonly why: string }

export async function publish({ remote }: Repository, id: ActionId, head: Oid): Promise<Published> {
  let why: string
  try {
    const [result] = await remote.push([{ ref: `refs/heads/vault/${id}`, expected: null, to: head }])
    if (result?.kind === 'done') return { kind: 'done' }
    why = result?.why ?? 'no answer'
  } catch (error) {
    // The answer may have been lost after the branch was made.
    if (error instanceof GitError && (await remote.list()).requests.get(id) === head) return { kind: 'done' }
    throw error
  }
  const now = (await remote.list()).requests.get(id)
  if (now === head) return { kind: 'done' }
  return now === undefined ? { kind: 'rejected', why } : { kind: 'taken' }
}
