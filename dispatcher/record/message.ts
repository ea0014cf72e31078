/** The commit message of a group: one subject, and a block of trailers each. */
import { printable } from '../../vault/text/printable.js'
import type { Entry } from './entry.js'

export function renderMessage(entries: readonly Entry[]): string {
  return `${[subjectOf(entries), ...entries.map(block)].join('\n\n')}\n`
}

function subjectOf(entries: readonly Entry[]): string {
  const [only, ...others] = entries
  if (only !== undefined && others.length === 0) return printable(only.subject)
  const counts = new Map<string, number>()
  for (const { noun } of entries) counts.set(noun, (counts.get(noun) ?? 0) + 1)
  return `record ${[...counts].map(([noun, count]) => `${count} ${noun}${count === 1 ? '' : 's'}`).join(', ')}`
}

/** The name of a refused file may be anything: a line break in it would forge a trailer, an escape rule a terminal. */
function block(entry: Entry): string {
  return entry.trailers.map(([name, value]) => `${name}: ${printable(value)}`).join('\n')
}
