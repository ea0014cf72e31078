import type { Tier } from '../tier.js'
import type { ActionId } from './id.js'

/** A parsed `vault/actions/<id>.toml`: what somebody asks for. Everything in it is the requester's word (law 1). */
export interface Action {
  readonly id: ActionId
  readonly formula: string
  /** Why, in the requester's words; shown to the approver. */
  readonly context: string
  readonly secrets: readonly string[]
  readonly mounts: readonly string[]
  readonly tools: readonly string[]
  readonly model: string | null
  /** Null: the formula's counts. */
  readonly timeoutMinutes: number | null
  /** Can raise the tier, never lower it. */
  readonly blastRadius: Tier | null
  readonly vars: ReadonlyMap<string, string>
  /** Epoch milliseconds; from then on it fires no more. */
  readonly expiresAtMs: number | null
  readonly dryRun: boolean
  readonly purpose: string | null
}
