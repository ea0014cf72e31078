/**
 * Lone surrogates (half a character, as cutting a text leaves them) have no UTF-8, so nothing that holds one can be
 * signed: each becomes U+FFFD. Otherwise a request whose words are cut at the wrong place would stop its own record.
 */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [wellFormed(key), wellFormed(inner)]))
}
