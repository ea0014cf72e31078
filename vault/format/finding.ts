import { LIMITS } from '../limits.js'
import type { Problem } from '../problem.js'
import type { ProblemCode } from '../reasons.js'
import { printable } from '../text/printable.js'
import type { KeyPath, Locate } from '../toml/document.js'

/** A problem that knows its key and not yet its line: rules look at values, not at text. */
export interface Finding {
  readonly path: KeyPath
  readonly code: ProblemCode
  readonly message: string
}

/** Findings in the order of the file, each key and code once. What a file says cannot break out of a message. */
export function locateFindings(findings: readonly Finding[], locate: Locate): readonly Problem[] {
  const once = new Map(findings.toReversed().map((finding) => [JSON.stringify([finding.code, finding.path]), finding]))
  const problems = [...once.values()]
    .toReversed()
    .map(({ path, code, message }) => ({ ...locate(path), code, message }))
  return limited(problems.toSorted(byPosition)).map((problem) => ({ ...problem, message: printable(problem.message) }))
}

export const byPosition = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column

/** The first problems of a file; the last one listed says how many more there are. */
export function limited(problems: readonly Problem[]): readonly Problem[] {
  const more = problems.length - LIMITS.problems
  const last = problems[LIMITS.problems - 1]
  if (more <= 0 || last === undefined) return problems
  return [
    ...problems.slice(0, LIMITS.problems - 1),
    { ...last, message: `${last.message} (and ${more} more problems)` },
  ]
}
