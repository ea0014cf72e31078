/** Reads the claims that have no outcome yet. */
import type { Objects } from '../../lib/git/port.js'
import type { RunReader } from '../../lib/runner/port.js'
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import { checkIntent } from '../../vault/audit/check-record.js'
import { parseFormula } from '../../vault/formula/parse.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { ClaimFact, ClaimState } from '../../vault/plan/snapshot.js'
import { actionPath, intentPath } from '../../vault/record/paths.js'
import type { Intent } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'

interface ReadClaim {
  readonly id: ActionId
  readonly day: string
  readonly intent: Intent
  readonly blob: Oid
  readonly intentSha256: string
  readonly idempotent: boolean
  readonly isKnownKey: boolean
}

export class ClaimReader {
  #known = new Map<string, ReadClaim>()

  constructor(
    private readonly objects: Objects,
    private readonly verifier: RecordVerifier,
    private readonly runs: RunReader,
    private readonly instance: string,
  ) {}

  /** @param inFlight id -> day */
  async read(main: Oid, inFlight: Readonly<Record<string, string>>): Promise<readonly ClaimFact[]> {
    const known = new Map<string, ReadClaim>()
    const claims: ClaimFact[] = []
    for (const [id, day] of Object.entries(inFlight)) {
      const claim = this.#known.get(id) ?? (await this.#readClaim(main, id, day))
      if (claim === null) continue
      known.set(id, claim)
      const { isKnownKey, ...fact } = claim
      claims.push({ ...fact, state: isKnownKey ? await this.#stateOf(claim.intent) : 'foreign' })
    }
    this.#known = known
    return claims
  }

  /** Only of intents by a pinned key: instance and nonce are public, and whoever copied them would have our run started for theirs. */
  async #stateOf(intent: Intent): Promise<ClaimState> {
    return intent.dispatcher.instance === this.instance ? (await this.runs.state(intent.nonce)).kind : 'foreign'
  }

  /** Null for a claim whose intent does not hold: the watch over records has reported it. */
  async #readClaim(main: Oid, name: string, day: string): Promise<ReadClaim | null> {
    const id = parseActionId(name)
    if (id === null) return null
    const [bytes, action] = [
      await this.#file(main, intentPath(day, id)),
      await this.objects.entry(main, actionPath(day, id)),
    ]
    if (bytes === null || action === null) return null
    const checked = checkIntent(bytes, await this.#file(main, actionPath(day, id)), { day, id }, this.verifier)
    if (checked.kind === 'finding') return null
    const { predicate: intent, sha256: intentSha256, isKnownKey } = checked
    // What an unknown key names as its trust set need not exist.
    const idempotent = isKnownKey && (await this.#isIdempotent(intent))
    return { id, day, intent, blob: action.oid, intentSha256, idempotent, isKnownKey }
  }

  async #isIdempotent(intent: Intent): Promise<boolean> {
    const path = `formulas/${intent.formula}.toml`
    const bytes = await this.#file(intent.trust_set.commit, path)
    const parsed = bytes === null ? null : parseFormula(path, bytes)
    return parsed?.ok === true && parsed.value.idempotent && parsed.value.digest === intent.trust_set.formula_sha256
  }

  async #file(commit: Oid, path: string): Promise<Uint8Array | null> {
    const entry = await this.objects.entry(commit, path)
    const read = entry === null ? null : await this.objects.blob(entry.oid, LIMITS.recordBytes)
    return read?.kind === 'blob' ? read.bytes : null
  }
}
