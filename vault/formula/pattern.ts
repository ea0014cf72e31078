import { repeatsAmbiguously } from './ambiguous-repeat.js'
import { anchored } from './variable-rule.js'

/** What is wrong with a pattern, as completion of "`pattern` …"; null when it can be used. */
export function patternFault(source: string): string | null {
  try {
    // By itself first: `a)|(b` compiles within the anchors, and breaks out of them.
    new RegExp(source, 'u')
    anchored(source)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: (?:.*: )?/s, '') : ''
    return `is not a regular expression: ${why}`
  }
  if (!repeatsAmbiguously(source)) return null
  return 'repeats a group that repeats by itself, as (a+)+ does: some texts would take it for ever'
}
