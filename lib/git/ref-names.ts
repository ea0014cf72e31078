import { GitError } from './git-error.js'
import { isSafeRef } from './safe-ref.js'

export const NOTES_REF = 'refs/notes/countersign'
export const REQUESTS_PREFIX = 'refs/heads/vault/'

/** Refs of our own clone: they keep what main and notes have, so that a fetch sends only what is new. */
export const KEPT_MAIN = 'refs/countersign/main'
export const KEPT_NOTES = 'refs/countersign/notes'

/** The name by which commands call the remote; the URL stands behind it in the environment, on no command line. */
export const REMOTE_NAME = 'countersign'

export function mainRef(branch: string): string {
  const ref = `refs/heads/${branch}`
  if (!isSafeRef(ref) || ref.startsWith(REQUESTS_PREFIX)) {
    throw new GitError('failed', `this cannot be the main branch: ${JSON.stringify(branch.slice(0, 100))}`)
  }
  return ref
}
