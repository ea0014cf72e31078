/** An audit in words: one line a finding, then what was looked at and what to do. */
import type { Oid } from '../oid.js'
import { plain } from '../prose/plain.js'
import { REASONS } from '../reasons.js'
import type { AuditFinding } from './finding.js'

/** Where everything starts, and who said so. */
export interface TrustRoot {
  readonly commit: Oid
  readonly from: 'given' | 'intents' | 'assumed'
}

const ROOT_FROM: Record<TrustRoot['from'], string> = {
  given: 'as given',
  intents: 'named by the signed intents; pin it with --root',
  assumed: 'assumed: the first commit that has a trust set; pin it with --root',
}

export interface AuditReport {
  /** The ops repo, as it was named. */
  readonly repo: string
  readonly branch: string
  readonly main: Oid
  readonly root: TrustRoot | null
  /** Roots that an operator accepted later, each with the commit that says so. */
  readonly accepted: readonly { readonly root: Oid; readonly since: Oid }[]
  readonly keys: readonly string[]
  readonly counts: {
    readonly records: number
    readonly fired: number
    readonly refused: number
    readonly events: number
  }
  readonly judged: number
  readonly findings: readonly AuditFinding[]
}

export function renderAudit(report: AuditReport): string[] {
  return [...report.findings.map(renderFinding), ...scope(report), ...verdict(report)]
}

function renderFinding({ code, id, path, message }: AuditFinding): string {
  const where = [id, path].filter((part) => part !== null).map((part) => plain(part, 300))
  return `${code}  ${where.length === 0 ? 'main' : where.join('  ')}: ${plain(message)}`
}

function scope({ repo, branch, main, root, accepted, keys, counts, judged }: AuditReport): string[] {
  const { records, fired, refused, events } = counts
  const older = fired - judged
  return [
    `ops repo:   ${plain(repo)}, branch ${plain(branch)} at ${main}`,
    `trust root: ${root === null ? 'none: main was never laid out' : `${root.commit} (${ROOT_FROM[root.from]})`}`,
    ...accepted.map(
      ({ root: next, since }) => `            then ${next}, accepted by an operator in ${since.slice(0, 12)}`,
    ),
    `pinned:     ${keys.join(', ')}`,
    `read:       ${count(records, 'record')} (${count(fired, 'fired action')}, ${count(refused, 'refusal')}, ${count(events, 'event')})`,
    `judged:     ${count(judged, 'claim')}, by the trust set in force at the time${older > 0 ? `; ${older} not (see the findings, or claimed before the root)` : ''}`,
  ]
}

function verdict({ findings, counts, judged }: AuditReport): string[] {
  if (findings.length === 0) {
    return [
      `holds:      every record is signed by a pinned key, in its place and unchanged; every ${counts.fired > judged ? 'claim that was judged' : 'action that fired'} was allowed to`,
    ]
  }
  const codes = [...new Set(findings.map(({ code }) => code))]
  return [
    `DOES NOT HOLD: ${count(findings.length, 'finding')}`,
    ...codes.map((code) => `  ${code}: ${REASONS[code].meaning} ${REASONS[code].remedy}`),
  ]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
