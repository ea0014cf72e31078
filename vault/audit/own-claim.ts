/** Whose claim is it? Name, instance and nonce are public: only the key says who wrote an intent. */
import type { Intent } from '../record/statement.js'
import type { Held } from './check-record.js'

export interface OwnDispatcher {
  readonly instance: string
  /** Id of the key that it signs with. Null: somebody who only looks, and claims nothing. */
  readonly key: string | null
}

/** A pinned key is not enough: it may be another dispatcher's, which could then choose what runs here. */
export function isOwnClaim({ predicate, keyId, isKnownKey }: Held<Intent>, own: OwnDispatcher): boolean {
  return isKnownKey && keyId === own.key && predicate.dispatcher.instance === own.instance
}
