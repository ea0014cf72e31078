import { quoted } from '../text/printable.js'
import type { KeyPath, TomlTable } from '../toml/document.js'

const BARE = /^[A-Za-z0-9_-]{1,60}$/

/** A path as people write it: `steps[0].run`. */
export function showPath(path: KeyPath): string {
  return path.map(showSegment).join('').replace(/^\./, '')
}

const showSegment = (segment: string | number): string => {
  if (typeof segment === 'number') return `[${segment}]`
  return `.${BARE.test(segment) ? segment : quoted(segment)}`
}

/** The value at a path; undefined where there is none. Own keys only. */
export function valueAt(root: TomlTable, path: KeyPath): unknown {
  let value: unknown = root
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
    value = (value as Record<string | number, unknown>)[segment]
  }
  return value
}
