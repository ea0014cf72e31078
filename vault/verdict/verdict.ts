import type { Action } from '../action/action.js'
import type { WindowState } from '../forge/window-state.js'
import type { Formula } from '../formula/formula.js'
import type { Oid } from '../oid.js'
import type { Problem } from '../problem.js'
import type { FireReason, RefuseReason, UnverifiableReason, WaitReason } from '../reasons.js'
import type { Evidence } from '../record/statement.js'
import type { Rule } from '../rule.js'
import type { Tier } from '../tier.js'

export type Verdict =
  | { readonly kind: 'fire'; readonly reason: FireReason; readonly evidence: Evidence }
  | { readonly kind: 'wait'; readonly reason: WaitReason; readonly until: number | null }
  | { readonly kind: 'refuse'; readonly reason: RefuseReason; readonly detail: string }
  | { readonly kind: 'unverifiable'; readonly reason: UnverifiableReason; readonly detail: string }

/** Where the request lies: on a branch, or on main where it waits to be claimed. */
export type Source =
  | {
      readonly kind: 'branch'
      readonly suffix: string
      readonly head: Oid
      /** False: only a fork has it. */
      readonly isBranch: boolean
    }
  | { readonly kind: 'main'; readonly path: string; readonly branchHead: Oid | null }

/** A verdict with all that it stood on: enough to explain it, to comment on it, and to carry it out. */
export interface Judgement {
  readonly id: string
  readonly source: Source
  /** High where the action could not be read: unknown means high. */
  readonly tier: Tier
  readonly verdict: Verdict
  readonly rules: readonly Rule[]
  /** What is wrong inside the file. */
  readonly problems: readonly Problem[]
  /** Null until the action, and the formula in force that it names, are known. */
  readonly asked: Asked | null
  /** Those who could let it through now: by name, or in words where only the forge knows. */
  readonly approvers: readonly string[]
  /** Its pull requests, for people to find; empty in plain git and for a bare branch. */
  readonly pulls: readonly PullReference[]
  /** Review windows as they are after this look at them, to be kept. */
  readonly windows: readonly WindowState[]
}

export interface PullReference {
  readonly number: number
  readonly url: string
}

export interface Asked {
  readonly action: Action
  readonly bytes: Uint8Array
  readonly blob: Oid
  readonly formula: Formula
  readonly requesters: readonly string[]
}
