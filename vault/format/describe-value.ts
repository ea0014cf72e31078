import { TomlDate } from 'smol-toml'
import { quoted } from '../text/printable.js'

/** What was found, in words: "the string "x"". */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return value === '' ? 'an empty string' : `the string ${quoted(value)}`
  if (typeof value === 'boolean') return `${value}`
  return typeof value === 'number' || typeof value === 'bigint' ? shortNumber(`${value}`) : describeObject(value)
}

const shortNumber = (digits: string): string =>
  digits.length > 40 ? `a number of ${digits.length} digits` : `the number ${digits}`

function describeObject(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (!(value instanceof TomlDate)) return 'a table'
  if (value.isTime()) return `the time ${value.toISOString()}`
  if (value.isDate()) return `the date ${value.toISOString()}`
  return `the ${value.isLocal() ? 'local ' : ''}date and time ${value.toISOString()}`
}
