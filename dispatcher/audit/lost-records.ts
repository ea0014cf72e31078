/**
 * Records that were on main, signed, and are not there any more as they were. Every change of a record on the line is
 * looked at; one that was undone exactly left no trace at head, and is no finding.
 */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import { checkEvent, checkRefusal, refusedBlob } from '../../vault/audit/check-decision.js'
import { type Check, checkIntentAlone, checkOutcomeAlone } from '../../vault/audit/check-record.js'
import { auditFinding } from '../../vault/audit/finding.js'
import type { EntryFact } from '../../vault/git-facts.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { ACTION_FILE, DECISION_FILE } from '../../vault/record/paths.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { ClaimedIds } from './claimed-ids.js'
import type { Findings } from './findings.js'
import type { LineMemory } from './line-memory.js'
import { readBlob } from './read-object.js'

export interface LostRecordsParts {
  readonly repository: Repository
  readonly verifier: RecordVerifier
  readonly head: Oid
  readonly memory: LineMemory
  readonly ids: ClaimedIds
  readonly findings: Findings
}

export class LostRecords {
  constructor(private readonly parts: LostRecordsParts) {}

  async look(commit: LineCommit): Promise<void> {
    for (const { path, before } of commit.changes) {
      if (before === null || parseRecordPath(path) === null) continue
      const atHead = await this.parts.repository.objects.entry(this.parts.head, path)
      if (atHead?.oid !== before.oid && (await this.#wasRecord(path, before, commit))) {
        const what = atHead === null ? 'removed' : 'changed'
        const message = `commit ${commit.oid.slice(0, 12)} ${what} this record, and it was not put back`
        const code = atHead === null ? 'record_missing' : 'record_changed'
        this.parts.findings.add(auditFinding(code, message, { id: idOf(path), path, commit: commit.oid }))
      }
    }
  }

  /** Only what a pinned key signed for this place on this main was ever a record: taking anything else away is right. */
  async #wasRecord(path: string, before: EntryFact, commit: LineCommit): Promise<boolean> {
    const { ids, verifier, repository } = this.parts
    const parsed = parseRecordPath(path)
    // An action that was edited or removed beside its intent shows at head; without its intent, the intent is missed.
    if (parsed === null || parsed.kind === 'other' || parsed.kind === 'fired_action') return false
    if (parsed.kind === 'refused_action') return this.#wasRefused(path, before, commit)
    const bytes = await readBlob(repository.objects, before.oid, LIMITS.recordBytes)
    if (bytes === null) return false
    switch (parsed.kind) {
      case 'intent': {
        const isIntent = await this.#isOfThisMain(checkIntentAlone(bytes, parsed, verifier), commit)
        if (isIntent) ids.claim(parsed, before.oid)
        return isIntent
      }
      case 'outcome':
      case 'late_outcome': {
        const sha256 = await ids.intentSha256(parsed)
        const checked = sha256 === null ? null : checkOutcomeAlone(bytes, { id: parsed.id, sha256 }, verifier)
        return checked?.kind === 'held' && checked.isKnownKey
      }
      case 'refused_decision':
        return this.#isOfThisMain(checkRefusal(path, bytes, verifier), commit)
      case 'event':
        return this.#isOfThisMain(checkEvent(path, bytes, verifier), commit)
    }
  }

  async #isOfThisMain(checked: Check<{ readonly base: Oid }>, commit: LineCommit): Promise<boolean> {
    if (checked.kind === 'finding' || !checked.isKnownKey) return false
    return this.parts.memory.isBefore(checked.predicate.base, commit)
  }

  /** A refused file is a record by the decision beside it, as it was before the change. */
  async #wasRefused(path: string, before: EntryFact, commit: LineCommit): Promise<boolean> {
    const { objects } = this.parts.repository
    const [first] = commit.parents
    const decision = `${path.slice(0, -ACTION_FILE.length)}${DECISION_FILE}`
    const entry = first === undefined ? null : await objects.entry(first, decision)
    const bytes = entry === null ? null : await readBlob(objects, entry.oid, LIMITS.recordBytes)
    const checked = bytes === null ? null : checkRefusal(decision, bytes, this.parts.verifier)
    return checked?.kind === 'held' && checked.isKnownKey && refusedBlob(checked) === before.oid
  }
}

function idOf(path: string): string | null {
  const parsed = parseRecordPath(path)
  return parsed !== null && 'id' in parsed ? parsed.id : null
}
