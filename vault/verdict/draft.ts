/** Collects rules while a judgement is made; each way out is one call, so that none forgets what was seen. */
import type { Problem } from '../problem.js'
import type { RefuseReason, UnverifiableReason, WaitReason } from '../reasons.js'
import type { Rule } from '../rule.js'
import type { Tier } from '../tier.js'
import type { Asked, Judgement, Source, Verdict } from './verdict.js'

export class Draft {
  readonly #rules: Rule[] = []
  tier: Tier = 'high'
  asked: Asked | null = null
  approvers: readonly string[] = []

  constructor(
    readonly id: string,
    readonly source: Source,
  ) {}

  saw(rule: string, saw: string, gave: string): void {
    this.#rules.push({ rule, saw, gave })
  }

  add(rules: readonly Rule[]): void {
    this.#rules.push(...rules)
  }

  close(verdict: Verdict, problems: readonly Problem[] = []): Judgement {
    const { id, source, tier, asked, approvers } = this
    return { id, source, tier, verdict, rules: [...this.#rules], problems, asked, approvers }
  }

  refuse(rule: string, reason: RefuseReason, detail: string, problems: readonly Problem[] = []): Judgement {
    this.saw(rule, detail, `refuse ${reason}`)
    return this.close({ kind: 'refuse', reason, detail }, problems)
  }

  /** It waits: until it expires at the latest. */
  hold(rule: string, reason: WaitReason, saw: string): Judgement {
    this.saw(rule, saw, `wait ${reason}`)
    return this.close({ kind: 'wait', reason, until: this.asked?.action.expiresAtMs ?? null })
  }

  unverifiable(rule: string, reason: UnverifiableReason, detail: string): Judgement {
    this.saw(rule, detail, `unverifiable ${reason}`)
    return this.close({ kind: 'unverifiable', reason, detail })
  }
}
