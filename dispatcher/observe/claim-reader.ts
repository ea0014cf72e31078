/** Reads the claims in flight, and judges which may be started. By the blobs that were judged, never by what lies at their paths now (law 8). */
import type { LineCommit, Objects, Repository } from '../../lib/git/port.js'
import { inBatches } from '../../lib/in-batches.js'
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import { checkIntent } from '../../vault/audit/check-record.js'
import { judgeClaim } from '../../vault/audit/judge-claim.js'
import { isOwnClaim, type OwnDispatcher } from '../../vault/audit/own-claim.js'
import { parseFormula } from '../../vault/formula/parse.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ClaimFact, ClaimState } from '../../vault/plan/snapshot.js'
import type { Intent } from '../../vault/record/statement.js'
import { requestPath } from '../../vault/record/subject.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Trust } from '../../vault/trust/trust.js'
import { readStanding } from '../audit/standing-reader.js'
import type { ClaimInFlight } from '../state/view.js'
import type { WatchedClaim } from './record-watch.js'

/** What is known here of runs. */
export interface ClaimRuns {
  /** Nonces of runs that an earlier process may owe an outcome. */
  left(): Promise<readonly string[]>
  state(nonce: string): Promise<{ readonly kind: Exclude<ClaimState, 'foreign'> }>
}

interface ReadClaim {
  readonly id: ActionId
  readonly day: string
  readonly intent: Intent
  readonly blob: Oid
  readonly intentBlob: Oid
  readonly intentSha256: string
  readonly idempotent: boolean
  readonly isOwn: boolean
}

export class ClaimReader {
  #known = new Map<string, ReadClaim>()
  #hasUnread = false

  constructor(
    private readonly objects: Objects,
    private readonly verifier: RecordVerifier,
    private readonly runs: Pick<ClaimRuns, 'state'>,
    private readonly own: OwnDispatcher,
  ) {}

  /** Whether the last look missed any. */
  get hasUnread(): boolean {
    return this.#hasUnread
  }

  async read(_main: Oid, inFlight: Readonly<Record<string, ClaimInFlight>>): Promise<readonly ClaimFact[]> {
    const known = new Map<string, ReadClaim>()
    const claims: ClaimFact[] = []
    this.#hasUnread = false
    const read = async ([id, place]: [string, ClaimInFlight]) => {
      const before = this.#known.get(id)
      return { id, place, claim: before?.intentBlob === place.intent ? before : await this.#readClaim(id, place) }
    }
    for await (const { id, place, claim } of inBatches(Object.entries(inFlight), read)) {
      if (claim === null) {
        this.#hasUnread = true
        continue
      }
      known.set(id, claim)
      const state = await this.#stateOf(claim, place)
      if (state !== null) claims.push(factOf(claim, place, state))
    }
    this.#known = known
    return claims
  }

  /**
   * Whoever copied instance and nonce, which are public, would have our run started for theirs; and an intent of ours that
   * does not hold where it lies was brought there by somebody else. Null: there is nothing to be done about it.
   */
  async #stateOf({ intent, isOwn }: ReadClaim, { isFit, isTakenOver }: ClaimInFlight): Promise<ClaimState | null> {
    if (!isOwn) return isTakenOver ? null : 'foreign'
    const { kind } = await this.runs.state(intent.nonce)
    // What another dispatcher called indeterminate never starts (field failure 53): only a truth that is known may follow.
    const isBefore = kind === 'noted' || kind === 'again'
    // Of a second run that was not started it is known that there was a first one.
    if (isTakenOver && kind === 'again') return 'lost'
    if (isTakenOver) return kind === 'unknown' || isBefore ? null : kind
    return isBefore && !isFit ? 'foreign' : kind
  }

  /** Null for a claim whose blobs are not here: it is read again in the next tick. */
  async #readClaim(name: string, place: ClaimInFlight): Promise<ReadClaim | null> {
    const id = parseActionId(name)
    const [bytes, action] = await Promise.all([this.#blob(place.intent), this.#blob(place.action)])
    if (id === null || bytes === null) return null
    const { day } = place
    const checked = checkIntent(bytes, action, { day, id }, this.verifier)
    if (checked.kind === 'finding') return null
    const { predicate: intent, sha256: intentSha256 } = checked
    const isOwn = isOwnClaim(checked, this.own)
    // What somebody else names as its trust set need not exist.
    const idempotent = isOwn && place.isFit && (await this.#isIdempotent(intent))
    return { id, day, intent, blob: place.action, intentBlob: place.intent, intentSha256, idempotent, isOwn }
  }

  async #isIdempotent(intent: Intent): Promise<boolean> {
    const path = `formulas/${intent.formula}.toml`
    const entry = await this.objects.entry(intent.trust_set.commit, path)
    const bytes = entry === null ? null : await this.#blob(entry.oid)
    const parsed = bytes === null ? null : parseFormula(path, bytes)
    return parsed?.ok === true && parsed.value.idempotent && parsed.value.digest === intent.trust_set.formula_sha256
  }

  async #blob(oid: Oid): Promise<Uint8Array | null> {
    const read = await this.objects.blob(oid, LIMITS.recordBytes)
    return read.kind === 'blob' ? read.bytes : null
  }
}

function factOf(claim: ReadClaim, place: ClaimInFlight, state: ClaimState): ClaimFact {
  const { id, day, intent, blob, intentSha256, idempotent } = claim
  return { id, day, intent, blob, intentSha256, idempotent: idempotent && !place.isTakenOver, state }
}

/** Main at the first parent of a claim's commit: what was in force there, and what had changed each waiting action last. */
export interface ClaimMoment {
  readonly commit: LineCommit
  readonly trust: Trust
  readonly lastChange: Readonly<Record<string, Oid>>
}

/**
 * Would `verify` find nothing wrong with it? An intent of ours whose push was lost may be brought to main later, by
 * anybody, when what it was decided on does not stand any more: it was judged for another main than the one it lies on.
 */
export async function isFitToStart(repository: Repository, claim: WatchedClaim, moment: ClaimMoment): Promise<boolean> {
  const { id, day, intent, actionBlob: blob } = claim
  const { commit, trust, lastChange } = moment
  const read = await repository.objects.blob(blob, LIMITS.actionBytes)
  if (read.kind !== 'blob') return false
  const path = requestPath(id)
  const last = intent.evidence.kind === 'policy' ? undefined : lastChange[path]
  const standing = await readStanding(repository, commit, new Map(last === undefined ? [] : [[path, last]]))
  const audited = { place: { id, day }, intent, action: read.bytes, blob, commit: commit.oid, trust }
  return judgeClaim({ ...audited, standing: standing.get(path) ?? null }).length === 0
}
