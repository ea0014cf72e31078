/**
 * What an operator asks of a forge: is it set up so that the laws can hold, and set it up so. Apart from the port of
 * facts: a dispatcher never has this in its hands.
 */
import type { Account, ForgeKind } from '../../../vault/forge/fact.js'

/** One setting that a law needs. */
export interface SettingFact {
  readonly id: string
  /** The law that it serves. */
  readonly law: number
  /** What has to be, in words. */
  readonly wanted: string
  /** What is, in words; null: it could not be read, and `why` says so. */
  readonly saw: string | null
  /** Null: unknown. Never assumed. */
  readonly holds: boolean | null
  readonly why?: string
  readonly remedy: string
  /** Weakens a law only together with something else. */
  readonly isMinor?: boolean
}

export interface ProtectionWish {
  readonly branch: string
  /** The one account that may push to it. */
  readonly dispatcher: Account
  /** Of a GitHub App, instead of an account. */
  readonly appId: number | null
  /** Who may merge into it. */
  readonly admins: readonly Account[]
}

/** What the owner of this token may do on the branch; null: it cannot be seen. */
export interface OwnAccess {
  readonly push: boolean | null
  readonly merge: boolean | null
}

export interface ForgeAdmin {
  readonly kind: ForgeKind
  /** Rejects `forge_missing` where there is none. */
  account(login: string): Promise<Account>
  /** Accounts with admin permission; null: this token cannot list them. */
  admins(): Promise<readonly Account[] | null>
  ownAccess(branch: string): Promise<OwnAccess>
  /** What the token's owner is in the repository. */
  ownPermission(): Promise<'admin' | 'write' | 'read'>
  settings(wish: ProtectionWish): Promise<readonly SettingFact[]>
  /** Sets up what the laws need. @returns what was done, in words */
  apply(wish: ProtectionWish): Promise<readonly string[]>
  /** Comments, labels and reviews need a scope of their own on Forgejo. */
  readsIssues(): Promise<boolean>
  /** The forge's clock, epoch milliseconds; null: it does not say. */
  clock(): Promise<number | null>
}
