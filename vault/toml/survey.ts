import { TomlDate } from 'smol-toml'
import { LIMITS } from '../limits.js'
import type { KeyPath, Position, TomlTable } from './document.js'

type Survey =
  | { readonly kind: 'fit'; readonly dates: readonly TomlDate[] }
  | { readonly kind: 'too_deep' }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'prototype'; readonly path: KeyPath }

/** A table or list that is still to be looked at. */
interface Visit {
  readonly path: KeyPath
  readonly value: object
}

/** Looks over all values of a document, without recursion: a dotted key of 100,000 segments must not cost the stack. */
export function survey(root: TomlTable, maxDepth: number, maxValues: number): Survey {
  const dates: TomlDate[] = []
  const open: Visit[] = [{ path: [], value: root }]
  let values = 0
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { path, value } = visit
    const keys = Object.keys(value)
    if (keys.length > 0 && path.length >= maxDepth) return { kind: 'too_deep' }
    values += keys.length
    if (values > maxValues) return { kind: 'too_many' }
    for (const key of keys) {
      // Formats here have no such key, and objects that are built later would swallow it in silence.
      if (key === '__proto__') return { kind: 'prototype', path: [...path, key] }
      const child = (value as TomlTable)[key]
      if (child instanceof TomlDate) dates.push(child)
      else if (typeof child === 'object' && child !== null) {
        open.push({ path: [...path, Array.isArray(value) ? Number(key) : key], value: child })
      }
    }
  }
  return { kind: 'fit', dates }
}

/** The first line with too many dots to be anything but a too long key; the start where there is none. */
export function longestKeyLine(text: string): Position {
  const index = text.split('\n').findIndex((line) => line.split('.').length > LIMITS.tomlDepth)
  return { line: Math.max(index, 0) + 1, column: 1 }
}
