/** Which kind of file a path is, by its names alone. */
import { basename, dirname } from 'node:path'

export type FileKind = 'action' | 'formula' | 'policy' | 'allowed_signers'

/** Null: nothing that Countersign reads. Works on paths of this machine and on paths of a repo. */
export function fileKind(path: string): FileKind | null {
  const name = basename(path)
  if (name === 'policy.toml') return 'policy'
  if (name === 'allowed_signers') return 'allowed_signers'
  if (basename(dirname(path)) === 'formulas' && /\.(?:toml|sh)$/.test(name)) return 'formula'
  return name.endsWith('.toml') ? 'action' : null
}

/** Belongs to an ops repo without being a file of its own there: a glob such as `formulas/*` names it too. */
export function isCompanion(path: string): boolean {
  return /(?:^|\/)(?:formulas\/.+|vault\/actions\/README\.md)$/.test(path)
}
