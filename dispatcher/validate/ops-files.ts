/** The files of an ops repo, wherever they come from: a folder of this machine, or a commit. */
import { LIMITS } from '../../vault/limits.js'

export type FileContent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large'; readonly size: number; readonly maxBytes: number }
  /** A symlink, a submodule, a folder, a pipe, an executable action. */
  | { readonly kind: 'not_regular' }

/** Path below the repo's root, with `/`, to content. */
export type OpsFiles = ReadonlyMap<string, FileContent>

export const ACTIONS = 'vault/actions'
export const FORMULAS = 'formulas'
export const SINGLE_FILES = ['policy.toml', 'allowed_signers'] as const

export function maxBytesOf(path: string): number {
  return isAction(path) ? LIMITS.actionBytes : LIMITS.trustFileBytes
}

export function isAction(path: string): boolean {
  return path.startsWith(`${ACTIONS}/`)
}
