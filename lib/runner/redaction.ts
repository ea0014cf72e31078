import { createRedactor, type Redactor } from '../../vault/redact.js'

export type { Redactor } from '../../vault/redact.js'

/** What it gives is the caller's own. A run without secrets has nothing to look for, and its output need not pay for it. */
export function redactorFor(secretValues: readonly string[]): Redactor {
  return secretValues.length > 0 ? createRedactor(secretValues) : PLAIN
}

const PLAIN: Redactor = { push: (chunk) => Uint8Array.from(chunk), end: () => new Uint8Array() }
