/** Reads values as they were written, for checks: what has another type than it should is skipped, the schema tells of it. */
import { TomlDate } from 'smol-toml'
import type { KeyPath, TomlTable } from '../toml/document.js'
import { valueAt } from './key-path.js'

const isTable = (value: unknown): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof TomlDate)

/** The tables in the table or list at a path, each with its own path. */
export function tablesIn(root: TomlTable, path: KeyPath): readonly { path: KeyPath; table: TomlTable }[] {
  const outer = valueAt(root, path)
  if (Array.isArray(outer)) {
    return outer.flatMap((item: unknown, index) => (isTable(item) ? [{ path: [...path, index], table: item }] : []))
  }
  if (!isTable(outer)) return []
  return Object.entries(outer).flatMap(([key, item]) => (isTable(item) ? [{ path: [...path, key], table: item }] : []))
}

/** The strings in the list at a path, each with its own path. */
export function stringsIn(root: TomlTable, path: KeyPath): readonly { path: KeyPath; text: string }[] {
  const list = valueAt(root, path)
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown, index) =>
    typeof item === 'string' ? [{ path: [...path, index], text: item }] : [],
  )
}

/** The string at a path; null where there is none. */
export function stringAt(root: TomlTable, path: KeyPath): string | null {
  const value = valueAt(root, path)
  return typeof value === 'string' ? value : null
}

export function hasItems(root: TomlTable, path: KeyPath): boolean {
  const value = valueAt(root, path)
  return Array.isArray(value) && value.length > 0
}
