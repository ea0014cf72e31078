import type { Role } from '../role.js'
import type { Tier } from '../tier.js'

/** A forge account: the numeric id is the identity, the login is for people (law 6). In plain git only the login counts: it names a principal. */
export interface Account {
  readonly login: string
  readonly id: number
}

export interface Policy {
  readonly writeEnabled: boolean
  readonly tiers: ReadonlyMap<string, Tier>
  /** Never a second key, whatever their permission. */
  readonly never: readonly Account[]
  readonly medium: {
    readonly reviewedBy: Exclude<Role, 'request'>
    readonly allowSelf: boolean
    /** Forges only: fires unopposed after this. Null: it waits for a person, however long. */
    readonly reviewWindowMs: number | null
  }
  readonly high: { readonly mergedBy: 'admin'; readonly admins: readonly Account[] | null; readonly allowSelf: boolean }
  /** Plain git: principal of `allowed_signers` -> role. */
  readonly signers: ReadonlyMap<string, Role>
}
