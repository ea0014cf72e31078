/** Judges the claims that a commit of main's line brought, each by what was in force at that commit's first parent. */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import { claimFinding, type Standing } from '../../vault/audit/claim.js'
import { judgeClaim } from '../../vault/audit/judge-claim.js'
import type { Oid } from '../../vault/oid.js'
import { FIRED_FOLDER, intentPath } from '../../vault/record/paths.js'
import { requestPath } from '../../vault/record/subject.js'
import type { ClaimedIds } from './claimed-ids.js'
import type { Claimed, ClaimingCommit } from './claimed-reader.js'
import type { Findings } from './findings.js'
import type { LineMemory } from './line-memory.js'
import { readStanding } from './standing-reader.js'
import type { TrustLine } from './trust-line.js'
import type { WaitingLine } from './waiting-line.js'

export interface ClaimAuditParts {
  readonly repository: Repository
  readonly root: Oid
  readonly head: Oid
  readonly memory: LineMemory
  readonly waiting: WaitingLine
  readonly trust: TrustLine
  readonly ids: ClaimedIds
  readonly findings: Findings
}

export class ClaimAudit {
  /** Intents that were judged: one that was taken away and put back is not claimed anew. */
  readonly #judged = new Set<Oid>()
  #rootHasClaims: boolean | null = null

  constructor(private readonly parts: ClaimAuditParts) {}

  get judged(): number {
    return this.#judged.size
  }

  async judge({ commit, claims }: ClaimingCommit): Promise<void> {
    const here: Claimed[] = []
    for (const claim of claims) if (await this.#isClaimHere(claim, commit)) here.push(claim)
    await this.#judgeAll(here, commit)
  }

  /** Signed for this main, at this point of it for the first time. */
  async #isClaimHere(claim: Claimed, commit: LineCommit): Promise<boolean> {
    const { place, intentBlob, intent } = claim
    const { head, ids, findings, memory } = this.parts
    const path = intentPath(place.day, place.id)
    if (this.#judged.has(intentBlob) || (await this.#wasAtRoot(path, intentBlob))) return false
    if (!(await memory.isBefore(intent.base, commit))) {
      const message = `it was signed on ${intent.base.slice(0, 12)}, which is not on main's first-parent line before it: it belongs to another main`
      if (await this.#isAt(head, path, intentBlob))
        findings.add(claimFinding({ place, commit: commit.oid }, 'record_misplaced', message))
      return false
    }
    this.#judged.add(intentBlob)
    const isFirst = ids.claim(place, intentBlob)
    if (!isFirst)
      findings.add(claimFinding({ place, commit: commit.oid }, 'claimed_twice', 'another intent claims the same id'))
    return true
  }

  /** Most roots have no records at all, and need not be asked about each. */
  async #wasAtRoot(path: string, intentBlob: Oid): Promise<boolean> {
    const { repository, root } = this.parts
    this.#rootHasClaims ??= (await repository.objects.entry(root, FIRED_FOLDER)) !== null
    return this.#rootHasClaims && (await this.#isAt(root, path, intentBlob))
  }

  async #isAt(main: Oid, path: string, intentBlob: Oid): Promise<boolean> {
    return (await this.parts.repository.objects.entry(main, path))?.oid === intentBlob
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
