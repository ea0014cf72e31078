import { GitError } from './git-error.js'
import { isSafeRef } from './safe-ref.js'

export const NOTES_REF = 'refs/notes/countersign'
export const REQUESTS_PREFIX = 'refs/heads/vault/'

/**
 * What main and notes have is kept in the clone, so that a fetch sends only what is new: remote ref -> ours. It is the
 * configuration of the remote, by which git itself moves ours with each fetch, and with each push of ours that is done.
 */
export function keptRefs(branch: string): ReadonlyMap<string, string> {
  return new Map([
    [mainRef(branch), 'refs/countersign/main'],
    [NOTES_REF, 'refs/countersign/notes'],
  ])
}

/** The name by which commands call the remote; the URL stands behind it in the environment, on no command line. */
export const REMOTE_NAME = 'countersign'

export function mainRef(branch: string): string {
  const ref = `refs/heads/${branch}`
  if (!isSafeRef(ref) || ref.startsWith(REQUESTS_PREFIX)) {
    throw new GitError('failed', `this cannot be the main branch: ${JSON.stringify(branch.slice(0, 100))}`)
  }
  return ref
}
