/** Collects rules while a second key is looked for; each way out is one call, so that none forgets what was seen. */
import type { Unproven } from '../forge/unproven.js'
import type { RefuseReason, UnverifiableReason } from '../reasons.js'
import type { Evidence } from '../record/statement.js'
import type { Rule } from '../rule.js'

export interface Refused {
  readonly kind: 'refused'
  readonly reason: RefuseReason
  readonly detail: string
  readonly rules: readonly Rule[]
}

/** Not wrong, but not known: asked again. */
export interface Unverifiable {
  readonly kind: 'unverifiable'
  readonly reason: UnverifiableReason
  readonly detail: string
  readonly rules: readonly Rule[]
}

export interface Given<E extends Evidence> {
  readonly kind: 'evidence'
  readonly evidence: E
  readonly rules: readonly Rule[]
}

export class KeyDraft {
  readonly #rules: Rule[] = []

  get rules(): readonly Rule[] {
    return [...this.#rules]
  }

  saw(rule: string, saw: string, gave: string): void {
    this.#rules.push({ rule, saw, gave })
  }

  refuse(rule: string, reason: RefuseReason, detail: string): Refused {
    this.saw(rule, detail, `refuse ${reason}`)
    return { kind: 'refused', reason, detail, rules: this.rules }
  }

  unverifiable(rule: string, { reason, detail }: Unproven): Unverifiable {
    this.saw(rule, detail, `unverifiable ${reason}`)
    return { kind: 'unverifiable', reason, detail, rules: this.rules }
  }

  give<E extends Evidence>(evidence: E): Given<E> {
    return { kind: 'evidence', evidence, rules: this.rules }
  }
}
