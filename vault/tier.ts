/** The blast radius of an action, least first. */
export const TIERS = ['low', 'medium', 'high'] as const
export type Tier = (typeof TIERS)[number]

/** The higher of two tiers: a declaration can raise a tier, never lower it (law 3). */
export function higherTier(a: Tier, b: Tier): Tier {
  return TIERS.indexOf(a) >= TIERS.indexOf(b) ? a : b
}
