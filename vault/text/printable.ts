/**
 * Text of a file, made fit for a message: it stays in its place in a terminal and cannot pose as words of ours.
 * Besides control characters that means invisible ones, bidirectional overrides and line separators; of variation selectors,
 * which can carry any text unseen, all but the two that only choose between a sign and its picture.
 */
const UNPRINTABLE = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}\u2800]/gu
/** Most texts: ASCII without control characters, which is seen much faster. */
const PLAIN = /^[ -~]*$/
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** On one line, with everything unprintable as a visible escape. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replace(UNPRINTABLE, (char) => NAMED[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Printable, between double quotes, cut with a mark when it is long. */
export function quoted(text: string, maxChars = 60): string {
  const cut = text.length > maxChars
  const shown = cut ? withoutHalfChar(text.slice(0, maxChars)) : text
  const escaped = printable(shown.replace(/["\\]/g, '\\$&'))
  return cut ? `"${escaped}…" (${text.length} characters)` : `"${escaped}"`
}

const withoutHalfChar = (text: string): string => text.replace(/[\ud800-\udbff]$/, '')

/** The first names of a list that may be long, with the number of the others. */
export function someOf(names: readonly string[], most = 20): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}
