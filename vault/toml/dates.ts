import type { TomlDate } from 'smol-toml'

/**
 * Does the text hold the day and the minute that the date has? A date that does not exist is rolled over to one that is
 * not in the text. A coincidence elsewhere in the file can hide that, at the cost of whoever wrote both.
 */
export function authoredAs(date: TomlDate, text: string): boolean {
  const iso = date.toISOString()
  if (date.isTime()) return text.includes(iso.slice(0, 5))
  return text.includes(iso.slice(0, 10)) && (date.isDate() || text.includes(iso.slice(11, 16)))
}
