/**
 * The closed list of reason codes (law 12). Each says what it means, who can unblock it, and how.
 * A code is never removed: records that carry it must stay readable.
 * `docs/reasons.md` is generated from here (`npm run generate`); a test fails when that page is stale.
 */
import { FORGE_FIRE, FORGE_REFUSE, FORGE_UNVERIFIABLE, FORGE_WAIT } from './reason-tables/forge.js'
import { PROBLEM } from './reason-tables/problem.js'
import type { Who } from './reason-tables/reason.js'
import { FINDING, OUTCOME } from './reason-tables/record.js'
import { REFUSE } from './reason-tables/refusal.js'
import { TRUST } from './reason-tables/trust.js'
import { FIRE, UNVERIFIABLE, WAIT } from './reason-tables/verdict.js'

type Group = 'fire' | 'wait' | 'refuse' | 'unverifiable' | 'problem' | 'trust' | 'outcome' | 'finding'

interface Reason {
  readonly group: Group
  readonly who: Who
  readonly meaning: string
  readonly remedy: string
}

const grouped = <T extends Record<string, readonly [Who, string, string]>>(
  group: Group,
  table: T,
): Record<keyof T, Reason> =>
  Object.fromEntries(
    Object.entries(table).map(([code, [who, meaning, remedy]]) => [code, { group, who, meaning, remedy }]),
  ) as Record<keyof T, Reason>

export type FireReason = keyof typeof FIRE | keyof typeof FORGE_FIRE
export type WaitReason = keyof typeof WAIT | keyof typeof FORGE_WAIT
export type RefuseReason = keyof typeof REFUSE | keyof typeof FORGE_REFUSE | keyof typeof PROBLEM
export type UnverifiableReason = keyof typeof UNVERIFIABLE | keyof typeof FORGE_UNVERIFIABLE
export type ProblemCode = keyof typeof PROBLEM
export type TrustReason = keyof typeof TRUST
export type OutcomeReason = keyof typeof OUTCOME
export type FindingCode = keyof typeof FINDING
export type ReasonCode =
  | FireReason
  | WaitReason
  | RefuseReason
  | UnverifiableReason
  | TrustReason
  | OutcomeReason
  | FindingCode

export const REASONS: Readonly<Record<ReasonCode, Reason>> = {
  ...grouped('fire', { ...FIRE, ...FORGE_FIRE }),
  ...grouped('wait', { ...WAIT, ...FORGE_WAIT }),
  ...grouped('refuse', { ...REFUSE, ...FORGE_REFUSE }),
  ...grouped('unverifiable', { ...UNVERIFIABLE, ...FORGE_UNVERIFIABLE }),
  ...grouped('problem', PROBLEM),
  ...grouped('trust', TRUST),
  ...grouped('outcome', OUTCOME),
  ...grouped('finding', FINDING),
}
