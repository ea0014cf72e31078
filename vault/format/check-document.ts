import type { Parsed, Problem } from '../problem.js'
import type { TomlDocument } from '../toml/document.js'
import { byPosition, type Finding, limited, locateFindings } from './finding.js'
import type { Format } from './format.js'
import { findingsOf } from './issue.js'

/** The document's content in its format, or everything that is wrong with it, in the order of the file. */
export function checkDocument<T>(document: TomlDocument, format: Format<T>): Parsed<T> {
  const parsed = format.schema.safeParse(document.value)
  const findings: readonly Finding[] = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, document.value, format))),
    ...format.checks.flatMap((check) => check(document.value)),
  ]
  if (parsed.success && findings.length === 0) return { ok: true, value: parsed.data }
  return { ok: false, problems: withSecondOpinion(locateFindings(findings, document.locate), document) }
}

/** A text that two parsers read differently is wrong as TOML, whatever else is wrong with it. */
function withSecondOpinion(problems: readonly Problem[], document: TomlDocument): readonly Problem[] {
  const objection = document.secondOpinion()
  return objection === null ? problems : limited([...problems, objection].toSorted(byPosition))
}
