import { TIERS, type Tier } from '../tier.js'

/** The label by which people find what waits for them. It is output: nothing reads it (law 1). */
const LABELS: Readonly<Record<string, { readonly color: string; readonly description: string }>> = {
  low: { color: '2da44e', description: 'Countersign: low blast radius, fires on the policy alone' },
  medium: { color: 'bf8700', description: 'Countersign: medium blast radius, waits for a review' },
  high: { color: 'cf222e', description: 'Countersign: high blast radius, waits for the merge of an admin' },
}

/** @param tier also one that a later version wrote down */
export function tierLabel(tier: string): {
  readonly name: string
  readonly color: string
  readonly description: string
} {
  return { name: `tier: ${tier}`, ...(LABELS[tier] ?? { color: '6e7781', description: 'Countersign' }) }
}

/** Tier labels of a pull request that are another tier's: left by whoever lost its memory, or was not answered. */
export function otherTierLabels(labels: readonly string[], tier: Tier | null): readonly string[] {
  if (tier === null) return []
  const others = TIERS.filter((each) => each !== tier).map((each) => tierLabel(each).name)
  return others.filter((name) => labels.includes(name))
}
