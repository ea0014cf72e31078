/** Collects rules while a judgement is made; each way out is one call, so that none forgets what was seen. */
import type { Unproven } from '../forge/unproven.js'
import type { WindowState } from '../forge/window-state.js'
import type { Problem } from '../problem.js'
import type { RefuseReason, UnverifiableReason, WaitReason } from '../reasons.js'
import type { Rule } from '../rule.js'
import type { Tier } from '../tier.js'
import type { Asked, Judgement, PullReference, Source, Verdict } from './verdict.js'

export class Draft {
  readonly #rules: Rule[] = []
  tier: Tier = 'high'
  asked: Asked | null = null
  approvers: readonly string[] = []
  pulls: readonly PullReference[] = []
  windows: readonly WindowState[] = []

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
    const { id, source, tier, asked, approvers, pulls, windows } = this
    return { id, source, tier, verdict, rules: [...this.#rules], problems, asked, approvers, pulls, windows }
  }

  refuse(rule: string, reason: RefuseReason, detail: string, problems: readonly Problem[] = []): Judgement {
    this.saw(rule, detail, `refuse ${reason}`)
    return this.close({ kind: 'refuse', reason, detail }, problems)
  }

  /** It waits: until it expires at the latest. */
  hold(rule: string, reason: WaitReason, saw: string, until: number | null = null): Judgement {
    this.saw(rule, saw, `wait ${reason}`)
    const ends = [until, this.asked?.action.expiresAtMs ?? null].filter((end) => end !== null)
    return this.close({ kind: 'wait', reason, until: ends.length === 0 ? null : Math.min(...ends) })
  }

  unverifiable(rule: string, reason: UnverifiableReason, detail: string): Judgement {
    this.saw(rule, detail, `unverifiable ${reason}`)
    return this.close({ kind: 'unverifiable', reason, detail })
  }

  unproven(rule: string, { reason, detail }: Unproven): Judgement {
    return this.unverifiable(rule, reason, detail)
  }
}
