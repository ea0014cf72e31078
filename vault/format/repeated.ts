import { quoted } from '../text/printable.js'
import type { KeyPath } from '../toml/document.js'
import type { Finding } from './finding.js'
import type { Check } from './format.js'
import { showPath } from './key-path.js'
import { stringsIn } from './raw.js'

/** Each repetition in a list of strings: a repeat says that somebody misread the list, or wants others to. */
export const noRepeats =
  (path: KeyPath): Check =>
  (root) => {
    const items = stringsIn(root, path)
    return items.length < 2 ? [] : repeated(items, `\`${showPath(path)}\``)
  }

/** The second and later ones of equal texts. */
export function repeated(
  items: readonly { readonly path: KeyPath; readonly text: string }[],
  where: string,
): readonly Finding[] {
  const seen = new Set<string>()
  return items.flatMap(({ path, text }) => {
    if (!seen.has(text)) {
      seen.add(text)
      return []
    }
    const message = `${where} names ${quoted(text)} twice. Remove one.`
    return [{ path, code: 'duplicate' as const, message }]
  })
}
