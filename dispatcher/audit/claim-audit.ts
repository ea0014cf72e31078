/** Finds the claims that a commit of main's line brought, and judges each by what was in force at that commit's first parent. */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import type { Place } from '../../vault/audit/check-fired.js'
import { checkIntent } from '../../vault/audit/check-record.js'
import { claimFinding, type Standing } from '../../vault/audit/claim.js'
import { judgeClaim } from '../../vault/audit/judge-claim.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { actionPath, intentPath } from '../../vault/record/paths.js'
import type { Intent } from '../../vault/record/statement.js'
import { requestPath } from '../../vault/record/subject.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { ClaimedIds } from './claimed-ids.js'
import type { Findings } from './findings.js'
import { inBatches } from './in-batches.js'
import type { LineMemory } from './line-memory.js'
import { readBlob } from './read-object.js'
import { readStanding } from './standing-reader.js'
import type { TrustLine } from './trust-line.js'
import type { WaitingLine } from './waiting-line.js'

export interface ClaimAuditParts {
  readonly repository: Repository
  readonly verifier: RecordVerifier
  readonly root: Oid
  readonly head: Oid
  readonly memory: LineMemory
  readonly waiting: WaitingLine
  readonly trust: TrustLine
  readonly ids: ClaimedIds
  readonly findings: Findings
}

interface Claimed {
  readonly place: Place
  readonly intentBlob: Oid
  readonly intent: Intent
  readonly action: Uint8Array
  readonly blob: Oid
}

export class ClaimAudit {
  /** Intents that were judged: one that was taken away and put back is not claimed anew. */
  readonly #judged = new Set<Oid>()

  constructor(private readonly parts: ClaimAuditParts) {}

  get judged(): number {
    return this.#judged.size
  }

  async judge(commit: LineCommit): Promise<void> {
    const added = commit.changes.flatMap(({ path, after }) => {
      const parsed = after === null ? null : parseRecordPath(path)
      return parsed?.kind === 'intent' && after !== null ? [{ place: parsed, intentBlob: after.oid }] : []
    })
    const claims: Claimed[] = []
    for await (const claim of inBatches(added, (intent) => this.#read(intent, commit))) {
      if (claim !== null && (await this.#isClaimHere(claim, commit))) claims.push(claim)
    }
    await this.#judgeAll(claims, commit)
  }

  /** Null for what is no intent of a pinned key: where it still lies on main, the look at head has reported it. */
  async #read({ place, intentBlob }: { place: Place; intentBlob: Oid }, commit: LineCommit): Promise<Claimed | null> {
    const { objects } = this.parts.repository
    const { day, id } = place
    const path = actionPath(day, id)
    const entry =
      commit.changes.find((change) => change.path === path)?.after ?? (await objects.entry(commit.oid, path))
    const bytes = await readBlob(objects, intentBlob, LIMITS.recordBytes)
    const action = entry === null ? null : await readBlob(objects, entry.oid, LIMITS.recordBytes)
    if (bytes === null || action === null || entry === null) return null
    const checked = checkIntent(bytes, action, place, this.parts.verifier)
    if (checked.kind === 'finding' || !checked.isKnownKey) return null
    return { place, intentBlob, intent: checked.predicate, action, blob: entry.oid }
  }

  /** Signed for this main, at this point of it for the first time. */
  async #isClaimHere(claim: Claimed, commit: LineCommit): Promise<boolean> {
    const { place, intentBlob, intent } = claim
    const { repository, root, head, ids, findings, memory } = this.parts
    const path = intentPath(place.day, place.id)
    const isAt = async (main: Oid) => (await repository.objects.entry(main, path))?.oid === intentBlob
    if (this.#judged.has(intentBlob) || (await isAt(root))) return false
    if (!(await memory.isBefore(intent.base, commit))) {
      const message = `it was signed on ${intent.base.slice(0, 12)}, which is not on main's first-parent line before it: it belongs to another main`
      if (await isAt(head)) findings.add(claimFinding({ place, commit: commit.oid }, 'record_misplaced', message))
      return false
    }
    this.#judged.add(intentBlob)
    const isFirst = ids.claim(place, intentBlob)
    if (!isFirst)
      findings.add(claimFinding({ place, commit: commit.oid }, 'claimed_twice', 'another intent claims the same id'))
    return true
  }

  async #judgeAll(claims: readonly Claimed[], commit: LineCommit): Promise<void> {
    const { repository, waiting, trust: line, findings } = this.parts
    const needed = new Map<string, Oid>()
    for (const { intent } of claims) {
      const path = requestPath(intent.id)
      const last = intent.evidence.kind === 'policy' ? null : waiting.lastChange(path)
      if (last !== null) needed.set(path, last)
    }
    const standing: ReadonlyMap<string, Standing> = await readStanding(repository, commit, needed)
    for (const { place, intent, action, blob } of claims) {
      const trust = line.trustFrom(intent.trust_set.root)
      const found = standing.get(requestPath(intent.id)) ?? null
      findings.add(...judgeClaim({ place, intent, action, blob, commit: commit.oid, trust, standing: found }))
    }
  }
}
