/** Is a file that was added below the record folders a record of a dispatcher, and in its place? */
import { checkEvent, checkRefusal, refusedBlob } from '../../vault/audit/check-decision.js'
import { type Check, checkIntent, checkOutcome, type Held, type RecordFinding } from '../../vault/audit/check-record.js'
import { type Ending, endingOf } from '../../vault/audit/ending.js'
import { RECORD_MODE } from '../../vault/audit/record-file.js'
import type { EntryFact } from '../../vault/git-facts.js'
import type { Oid } from '../../vault/oid.js'
import type { RecordPath } from '../../vault/record/parse-path.js'
import { ACTION_FILE, DECISION_FILE, FIRED_FOLDER, INTENT_FILE } from '../../vault/record/paths.js'
import type { Intent, Outcome } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'

const FOREIGN = finding('record_foreign', 'nothing of a dispatcher lies there')
const OTHER_ACTION = finding('subject_mismatch', 'it is not the file that was refused')
/** A claim names the main that it was decided on: one that was made for another repo, or another main, is none here. */
const OTHER_MAIN = finding('record_misplaced', 'it was decided on another main')
const OTHER_INSTANCE = finding('record_misplaced', 'it is named after another instance than the one that signed it')
const POSED = finding('intent_mismatch', "it speaks in the claimer's name, by a key that is not known")

interface Place {
  readonly day: string
  readonly id: string
}

/** A record: whose it is, and of an outcome what it means for its claim. */
export interface Accepted {
  readonly kind: 'held'
  readonly isKnownKey: boolean
  readonly keyId: string
  readonly intent: Intent | null
  readonly ending: Ending | null
}
export type Judged = Accepted | RecordFinding

/** The bytes of the file that should lie at a path; null where there is none. */
export type ReadRecord = (path: string) => Promise<Uint8Array | null>

/** Judges the files of one commit; the intent of a folder is checked once, for all files beside it. */
export class RecordJudge {
  readonly #intents = new Map<string, Promise<Check<Intent>>>()

  constructor(
    private readonly read: ReadRecord,
    private readonly verifier: RecordVerifier,
    private readonly isOnMain: (base: Oid) => Promise<boolean>,
  ) {}

  async added(path: string, place: RecordPath | null, entry: EntryFact): Promise<Judged> {
    if (place === null || entry.mode !== RECORD_MODE) return FOREIGN
    switch (place.kind) {
      case 'intent':
      case 'fired_action': {
        const intent = await this.#intent(place)
        return intent.kind === 'finding' ? intent : { ...accepted(intent), intent: intent.predicate }
      }
      case 'outcome':
        return this.#outcome(place, path, null)
      case 'late_outcome':
        return this.#outcome(place, path, place.instance)
      case 'refused_decision':
        return accepted(await this.#file(path, (bytes) => checkRefusal(path, bytes, this.verifier)))
      case 'refused_action':
        return accepted(await this.#refused(path, entry))
      case 'event':
        return accepted(await this.#file(path, (bytes) => checkEvent(path, bytes, this.verifier)))
      case 'other':
        return FOREIGN
    }
  }

  async #file<T>(path: string, check: (bytes: Uint8Array) => Check<T>): Promise<Check<T>> {
    const bytes = await this.read(path)
    return bytes === null ? FOREIGN : check(bytes)
  }

  /** @param instance after which a late outcome is named; null for the first one */
  async #outcome(place: Place, path: string, instance: string | null): Promise<Judged> {
    const intent = await this.#intent(place)
    if (intent.kind === 'finding') return intent
    const action = await this.#beside(place, ACTION_FILE)
    const outcome: Check<Outcome> = await this.#file(path, (bytes) =>
      checkOutcome(bytes, action, { id: place.id, sha256: intent.sha256 }, this.verifier),
    )
    if (outcome.kind === 'finding') return outcome
    if (instance !== null && instance !== outcome.predicate.dispatcher.instance) return OTHER_INSTANCE
    const ending = endingOf(intent, outcome)
    return ending === 'posed' ? POSED : { ...accepted(outcome), ending }
  }

  /** The refusal beside it is signed for one file, which may be larger than is read: any other there would pass for it. */
  async #refused(path: string, entry: EntryFact): Promise<Check<unknown>> {
    const decision = path.slice(0, -ACTION_FILE.length) + DECISION_FILE
    const checked = await this.#file(decision, (bytes) => checkRefusal(decision, bytes, this.verifier))
    return checked.kind === 'held' && refusedBlob(checked) !== entry.oid ? OTHER_ACTION : checked
  }

  #intent(place: Place): Promise<Check<Intent>> {
    const key = `${place.day}/${place.id}`
    const known = this.#intents.get(key) ?? this.#checkIntent(place)
    this.#intents.set(key, known)
    return known
  }

  async #checkIntent(place: Place): Promise<Check<Intent>> {
    const [bytes, action] = await Promise.all([this.#beside(place, INTENT_FILE), this.#beside(place, ACTION_FILE)])
    if (bytes === null) return finding('record_missing', 'there is no intent')
    const checked = checkIntent(bytes, action, place, this.verifier)
    return checked.kind === 'finding' || (await this.isOnMain(checked.predicate.base)) ? checked : OTHER_MAIN
  }

  #beside({ day, id }: Place, name: string): Promise<Uint8Array | null> {
    return this.read(`${FIRED_FOLDER}/${day}/${id}/${name}`)
  }
}

function accepted<T>(checked: Held<T>): Accepted
function accepted<T>(checked: Check<T>): Judged
function accepted<T>(checked: Check<T>): Judged {
  if (checked.kind === 'finding') return checked
  const { isKnownKey, keyId } = checked
  return { kind: 'held', isKnownKey, keyId, intent: null, ending: null }
}

function finding(code: RecordFinding['code'], message: string): RecordFinding {
  return { kind: 'finding', code, message }
}
