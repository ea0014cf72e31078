/** The commit message of a group: one subject, and a block of trailers each. */
import type { Entry } from './entry.js'

export function renderMessage(entries: readonly Entry[]): string {
  return `${[subjectOf(entries), ...entries.map(block)].join('\n\n')}\n`
}

function subjectOf(entries: readonly Entry[]): string {
  const [only, ...others] = entries
  if (only !== undefined && others.length === 0) return only.subject
  const counts = new Map<string, number>()
  for (const { noun } of entries) counts.set(noun, (counts.get(noun) ?? 0) + 1)
  return `record ${[...counts].map(([noun, count]) => `${count} ${noun}${count === 1 ? '' : 's'}`).join(', ')}`
}

/** Values are our own words and ids; a line break in one would forge a trailer. */
function block(entry: Entry): string {
  return entry.trailers.map(([name, value]) => `${name}: ${value.replace(/\s+/g, ' ')}`).join('\n')
}
