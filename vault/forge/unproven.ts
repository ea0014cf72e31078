/** A fact of the forge that a verdict needs and does not have: never a refusal, it is asked again (law 2). */
import type { UnverifiableReason } from '../reasons.js'
import type { Learned } from './fact.js'

/** Every `ForgeFault` is one. */
export interface Unproven {
  readonly reason: UnverifiableReason
  readonly detail: string
}

type Known<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Unproven }

/** Null or undefined: it was not asked. That must never read as "there is none". */
export function known<T>(learned: Learned<T> | null | undefined, what: string): Known<T> {
  if (learned !== null && learned !== undefined) return learned
  return { ok: false, fault: { reason: 'forge_not_asked', detail: `${what} was not asked for` } }
}
