/** Walks main's first-parent line from the trust root to head, once, and asks of every commit what it did to records and trust. */
import type { Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Trust } from '../../vault/trust/trust.js'
import { RECORD_FOLDERS } from '../observe/record-watch.js'
import { TRUST_PATHS } from '../observe/trust-reader.js'
import { ACTIONS_FOLDER } from '../observe/waiting-reader.js'
import { ClaimAudit } from './claim-audit.js'
import type { ClaimedIds } from './claimed-ids.js'
import { withClaims } from './claimed-reader.js'
import { type AcceptedRoot, DecisionAudit } from './decision-audit.js'
import type { Findings } from './findings.js'
import { LineMemory } from './line-memory.js'
import { type LineMarks, lineCommits } from './line-windows.js'
import { LostRecords } from './lost-records.js'
import { TrustLine } from './trust-line.js'
import { WaitingLine } from './waiting-line.js'

export interface LineAuditParts {
  readonly repository: Repository
  readonly verifier: RecordVerifier
  readonly root: Oid
  readonly head: Oid
  readonly ids: ClaimedIds
  readonly findings: Findings
}

export interface AuditedLine {
  /** What is in force at head. */
  readonly trust: Trust
  readonly judged: number
  readonly accepted: readonly AcceptedRoot[]
}

const PATHS = [...TRUST_PATHS, ACTIONS_FOLDER, ...RECORD_FOLDERS]

/** Rejects with TrustRootUnusable where there is nothing to judge by. */
export async function auditLine(parts: LineAuditParts, marks: LineMarks): Promise<AuditedLine> {
  const { repository, root } = parts
  const memory = new LineMemory(repository.history, root)
  const waiting = await WaitingLine.from(repository, root)
  const trust = await TrustLine.from(repository, root)
  const claims = new ClaimAudit({ ...parts, memory, waiting, trust })
  const lost = new LostRecords({ ...parts, memory })
  const decisions = new DecisionAudit({ ...parts, memory, trust })
  for await (const claiming of withClaims(lineCommits(repository, marks, PATHS), parts)) {
    const { commit } = claiming
    // A claim stands on what was there before its own commit, so it comes before everything that the commit changes.
    await claims.judge(claiming)
    await lost.look(commit)
    await trust.follow(commit)
    waiting.follow(commit)
    await decisions.judge(commit)
    memory.passed(commit)
  }
  return { trust: trust.trust, judged: claims.judged, accepted: decisions.accepted }
}
