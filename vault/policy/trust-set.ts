import type { Formula } from '../formula/formula.js'
import type { Oid } from '../oid.js'
import type { Problem } from '../problem.js'
import type { AllowedSigners } from '../signers/allowed-signers.js'
import type { Policy } from './policy.js'

/** What the set is, by content: two commits with equal ids have the same set (law 4). Null: that path is missing. */
export interface TrustSetIds {
  readonly policy: Oid | null
  readonly formulas: Oid | null
  readonly signers: Oid | null
}

/** Where the role of an admin comes from: keys of `allowed_signers`, or permissions at a forge. */
export type AdminsFrom = 'signers' | 'forge'

/** `policy.toml`, `formulas/**` and `allowed_signers`, compiled together: the only thing that judges a request. */
export interface TrustSet {
  readonly ids: TrustSetIds
  readonly policy: Policy
  readonly formulas: ReadonlyMap<string, Formula>
  readonly signers: AllowedSigners
}

/** A file of the set as it was read: path below the repo's root, and its bytes. */
export interface TrustFile {
  readonly path: string
  readonly bytes: Uint8Array
}

export interface FileProblems {
  readonly path: string
  readonly problems: readonly Problem[]
}

export type CompiledTrustSet =
  | { readonly ok: true; readonly set: TrustSet }
  | { readonly ok: false; readonly files: readonly FileProblems[] }

export function sameTrustSet(a: TrustSetIds, b: TrustSetIds): boolean {
  return a.policy === b.policy && a.formulas === b.formulas && a.signers === b.signers
}
