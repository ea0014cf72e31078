/** `review_window = "24h"`: one number, one unit, one spelling. */
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

export const WINDOW: { readonly pattern: RegExp; readonly words: string } = {
  pattern: /^(?:[1-9][0-9]{0,4}[smh]|(?:[1-9]|[12][0-9]|30)d)$/,
  words: 'a duration such as "24h": a whole number and one of s, m, h, d; at most 5 digits, or 30 days',
}

export function windowMs(text: string): number {
  const unit = text.slice(-1) as keyof typeof UNIT_MS
  return Number(text.slice(0, -1)) * UNIT_MS[unit]
}
