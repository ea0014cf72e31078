import type { Account } from '../../vault/forge/fact.js'

/** Somebody did it, and the forge no longer says who. */
export const UNKNOWN_ACCOUNT: Account = { id: -1, login: 'ghost', kind: 'ghost' }
