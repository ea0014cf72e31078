import type { Action } from './action/action.js'
import type { TrustSet } from './policy/trust-set.js'
import type { Rule } from './rule.js'
import { printable } from './text/printable.js'
import { higherTier, type Tier } from './tier.js'

interface Classified {
  readonly tier: Tier
  readonly rules: readonly Rule[]
}

/** A tier, and the rules that led to it. The policy's tier is the least; all other rules can only raise it (laws 2, 3). */
export function classify(input: {
  readonly formula: string
  /** Null: what the policy says about a formula, whoever asks for it. */
  readonly action: Action | null
  readonly set: TrustSet
  /** Null: not known. Only where it is high anyway, so that nothing hangs on it. */
  readonly requesterMayWrite: boolean | null
}): Classified {
  const policy = policyTier(input.formula, input.set)
  const declared = raise(policy.tier, declaration(input.action))
  const requested = raise(declared.tier, requesterFloor(input.requesterMayWrite))
  return { tier: requested.tier, rules: [policy.rule, declared.rule, requested.rule] }
}

function policyTier(formula: string, set: TrustSet): { readonly tier: Tier; readonly rule: Rule } {
  const tier = set.policy.tiers.get(formula)
  const name = printable(formula)
  const saw = tier === undefined ? `${name} is not in [tiers]` : `[tiers] ${name} = "${tier}"`
  return { tier: tier ?? 'high', rule: { rule: 'policy_tier', saw, gave: tier ?? 'high' } }
}

/** What asks for a higher tier; null asks for none. */
interface Demand {
  readonly rule: string
  readonly saw: string
  readonly tier: Tier | null
}

function declaration(action: Action | null): Demand {
  const tier = action?.blastRadius ?? null
  return { rule: 'declared_blast_radius', saw: tier === null ? 'none declared' : `blast_radius = "${tier}"`, tier }
}

function requesterFloor(mayWrite: boolean | null): Demand {
  if (mayWrite === null) return { rule: 'requester_permission', saw: 'not known, and not needed', tier: null }
  return mayWrite
    ? { rule: 'requester_permission', saw: 'the requester may write', tier: null }
    : { rule: 'requester_permission', saw: 'the requester may not write', tier: 'high' }
}

function raise(tier: Tier, demand: Demand): { readonly tier: Tier; readonly rule: Rule } {
  const after = demand.tier === null ? tier : higherTier(tier, demand.tier)
  const { rule, saw } = demand
  return { tier: after, rule: { rule, saw, gave: effect(tier, after, demand.tier) } }
}

function effect(before: Tier, after: Tier, asked: Tier | null): string {
  if (after !== before) return `raised to ${after}`
  return asked === null || asked === before ? 'no change' : 'ignored: would lower'
}
