import type { ForgeFaultReason } from '../forge/fact.js'

/** For who stands before a forge that did not answer as needed: an operator, an agent, a person. */
export const FORGE_REMEDIES: Readonly<Record<ForgeFaultReason, string>> = {
  forge_unreachable: 'look at its URL and kind, at the network, and whether it runs',
  forge_rate_limited: 'it asks for fewer requests: wait, then ask again',
  forge_unauthorized: 'give a token that it takes: this one is wrong, has expired, or was deleted',
  forge_forbidden: 'the token lacks a scope, or its account a permission in the ops repo: see docs/forges.md',
  forge_malformed: 'is its URL that of a forge, of the kind that was named? A proxy may be in between',
  forge_missing: 'look at owner and name of the ops repo, and whether the account of the token may see it',
}
