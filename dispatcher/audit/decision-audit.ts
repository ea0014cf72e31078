/** Refusals and events that a commit of the line brought: were they signed for this main? Events may bring a new trust root. */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import { checkEvent, checkRefusal } from '../../vault/audit/check-decision.js'
import { auditFinding } from '../../vault/audit/finding.js'
import type { EntryFact } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { TrustRootUnusable } from '../observe/trust-reader.js'
import type { Findings } from './findings.js'
import type { LineMemory } from './line-memory.js'
import { readBlob } from './read-object.js'
import type { TrustLine } from './trust-line.js'

export interface DecisionAuditParts {
  readonly repository: Repository
  readonly verifier: RecordVerifier
  readonly head: Oid
  readonly memory: LineMemory
  readonly trust: TrustLine
  readonly findings: Findings
}

/** From which commit on another root counted, because an operator said so and a dispatcher signed it. */
export interface AcceptedRoot {
  readonly root: Oid
  readonly since: Oid
}

export class DecisionAudit {
  readonly accepted: AcceptedRoot[] = []

  constructor(private readonly parts: DecisionAuditParts) {}

  async judge(commit: LineCommit): Promise<void> {
    for (const { path, after } of commit.changes) {
      const kind = after === null ? null : parseRecordPath(path)?.kind
      if (after !== null && (kind === 'event' || kind === 'refused_decision')) await this.#judgeOne(path, after, commit)
    }
  }

  async #judgeOne(path: string, entry: EntryFact, commit: LineCommit): Promise<void> {
    const { repository, verifier, memory, findings, head } = this.parts
    const bytes = await readBlob(repository.objects, entry.oid, LIMITS.recordBytes)
    const check = parseRecordPath(path)?.kind === 'event' ? checkEvent : checkRefusal
    const checked = bytes === null ? null : check(path, bytes, verifier)
    if (checked === null || checked.kind === 'finding' || !checked.isKnownKey) return
    const { predicate } = checked
    if (!(await memory.isBefore(predicate.base, commit))) {
      const isThere = (await repository.objects.entry(head, path))?.oid === entry.oid
      const message = `it was signed on ${predicate.base.slice(0, 12)}, which is not on main's first-parent line before it: it belongs to another main`
      if (isThere) findings.add(auditFinding('record_misplaced', message, { path, commit: commit.oid }))
    } else if (predicate.event === 'unfreeze' && predicate.root !== null) {
      await this.#accept(predicate.root, path, commit)
    }
  }

  async #accept(root: Oid, path: string, commit: LineCommit): Promise<void> {
    const { trust, findings, memory } = this.parts
    const details = { path, commit: commit.oid }
    if (!(await memory.isBefore(root, commit))) {
      findings.add(auditFinding('root_missing', `the new trust root ${root.slice(0, 12)} was not on main`, details))
      return
    }
    try {
      await trust.accept(root, commit)
      this.accepted.push({ root, since: commit.oid })
    } catch (error) {
      if (!(error instanceof TrustRootUnusable)) throw error
      findings.add(auditFinding('trust_set_unusable', error.message, details))
    }
  }
}
