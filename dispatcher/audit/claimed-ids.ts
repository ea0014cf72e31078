/** Which intent claims which id: one id is claimed once, for ever (law 8). */
import type { Objects } from '../../lib/git/port.js'
import type { Place } from '../../vault/audit/check-fired.js'
import { checkIntentAlone } from '../../vault/audit/check-record.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { readBlob } from './read-object.js'

export class ClaimedIds {
  readonly #intents = new Map<string, Oid>()
  /** Further intents of an id that has one, by their folder: their outcomes are records, too. */
  readonly #others = new Map<string, Oid>()

  constructor(
    private readonly objects: Objects,
    private readonly verifier: RecordVerifier,
  ) {}

  /**
   * @param intent of a pinned key, whose signature holds
   * @returns false where another intent has the id
   */
  claim(place: Place, intent: Oid): boolean {
    const known = this.#intents.get(place.id)
    if (known === undefined) this.#intents.set(place.id, intent)
    if (known === undefined || known === intent) return true
    this.#others.set(keyOf(place), intent)
    return false
  }

  /** Has this blob been read and its signature checked? The same bytes need not be checked again. */
  isChecked({ id }: Place, intent: Oid): boolean {
    return this.#intents.get(id) === intent
  }

  /** SHA-256 (hex) of the intent that claims the id on that day; null where none does. */
  async intentSha256(place: Place): Promise<string | null> {
    const intent = this.#others.get(keyOf(place)) ?? this.#intents.get(place.id)
    const bytes = intent === undefined ? null : await readBlob(this.objects, intent, LIMITS.recordBytes)
    const checked = bytes === null ? null : checkIntentAlone(bytes, place, this.verifier)
    return checked?.kind === 'held' ? checked.sha256 : null
  }
}

function keyOf({ day, id }: Place): string {
  return `${day}/${id}`
}
