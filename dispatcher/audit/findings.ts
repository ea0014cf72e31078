/** What was found, each thing once: the look at head and the walk along the line meet the same file from two sides. */
import type { AuditCode, AuditFinding } from '../../vault/audit/finding.js'

const MET_TWICE: ReadonlySet<AuditCode> = new Set([
  'record_missing',
  'record_changed',
  'subject_mismatch',
  'claimed_twice',
])

export class Findings {
  readonly #found = new Map<string, AuditFinding>()

  /** The later one stays: it knows the commit. */
  add(...findings: readonly AuditFinding[]): void {
    for (const finding of findings) this.#found.set(keyOf(finding), finding)
  }

  list(): readonly AuditFinding[] {
    return [...this.#found.values()]
  }
}

/** Several things may be wrong with one record by one code; then their words tell them apart. */
function keyOf({ code, path, message }: AuditFinding): string {
  return JSON.stringify(MET_TWICE.has(code) ? [code, path] : [code, path, message])
}
