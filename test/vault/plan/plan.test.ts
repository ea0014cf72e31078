import { test as property } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { plan } from '../../../vault/plan/plan.js'
import type { Snapshot } from '../../../vault/plan/snapshot.js'
import type { ClaimStep, Step } from '../../../vault/plan/step.js'
import { REASONS } from '../../../vault/reasons.js'
import { roleSuffices } from '../../../vault/role.js'
import { higherTier } from '../../../vault/tier.js'
import { anySnapshot, NOW } from './world.js'

const runs = { numRuns: 1_000 }
const claimsOf = (snapshot: Snapshot): readonly ClaimStep[] =>
  plan(snapshot).steps.filter((step) => step.kind === 'claim')
const isStopped = ({ freeze, trust }: Snapshot) =>
  freeze !== null || trust.broken !== null || !trust.inForce.set.policy.writeEnabled

describe('whatever was seen', () => {
  property.prop([anySnapshot], runs)(
    'a plan is made, and each verdict has its reason and its rules (law 12)',
    (snapshot) => {
      for (const { verdict, rules } of plan(snapshot).judgements) {
        expect(REASONS[verdict.reason].group === verdict.kind || REASONS[verdict.reason].group === 'problem').toBe(true)
        if (verdict.reason !== 'tick_limit') expect(rules).not.toEqual([])
      }
    },
  )

  property.prop([anySnapshot], runs)('stopped, it holds nothing but outcomes (law 2)', (snapshot) => {
    const kinds = new Set(plan(snapshot).steps.map((step) => step.kind))
    const allowed: Step['kind'][] = isStopped(snapshot) ? ['collect', 'conclude'] : [...kinds]
    expect(allowed).toEqual(expect.arrayContaining([...kinds]))
    const isForeignMain = snapshot.freeze !== null && snapshot.freeze.cause !== 'operator'
    if (isForeignMain) expect(kinds.size).toBe(0)
  })

  property.prop([anySnapshot], runs)('an id is claimed once, and never one that was used (law 8)', (snapshot) => {
    const ids = claimsOf(snapshot).map((step) => step.asked.action.id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(snapshot.used.has(id)).toBe(false)
  })

  property.prop([anySnapshot], runs)(
    'a branch that was claimed goes, where it was not deleted then, and is not called refused (law 9)',
    (snapshot) => {
      const left = snapshot.requests.find(({ isBranch }) => isBranch)
      if (left === undefined || isStopped(snapshot) || snapshot.trust.unverified !== null) return
      const { suffix, head } = left
      const planWith = (claimed: typeof head | null) =>
        plan({ ...snapshot, requests: [left], used: new Map([[suffix, { day: '2026-11-21', head: claimed }]]) }).steps
      expect(planWith(head)).toContainEqual({ kind: 'tidy', suffix, head })
      expect(planWith(head).filter((step) => step.kind === 'comment' && step.head === head)).toEqual([])
      if (left.content.kind !== 'contained') expect(planWith(null)).not.toContainEqual({ kind: 'tidy', suffix, head })
    },
  )

  property.prop([anySnapshot], runs)(
    'what fires is in force, in time, and at least as high as the policy says (laws 2, 3)',
    (snapshot) => {
      const { policy, formulas } = snapshot.trust.inForce.set
      for (const { asked, judgement } of claimsOf(snapshot)) {
        expect(formulas.get(asked.action.formula)).toBe(asked.formula)
        const least = policy.tiers.get(asked.action.formula) ?? 'high'
        expect(judgement.tier).toBe(higherTier(least, asked.action.blastRadius ?? 'low'))
        expect(asked.action.expiresAtMs ?? NOW + 1).toBeGreaterThan(snapshot.now)
      }
    },
  )

  property.prop([anySnapshot], runs)(
    'low fires from one added regular file, and nothing else does from a branch (laws 1, 3)',
    (snapshot) => {
      for (const { judgement, branch, asked } of claimsOf(snapshot)) {
        if (branch === null) continue
        const request = snapshot.requests.find(({ suffix }) => suffix === branch.suffix)
        expect(judgement.tier).toBe('low')
        expect(branch.suffix).toBe(asked.action.id)
        expect(request?.content).toMatchObject({
          kind: 'change',
          changes: {
            truncated: false,
            changes: [{ path: `vault/actions/${asked.action.id}.toml`, before: null, after: { mode: '100644' } }],
          },
        })
      }
    },
  )

  property.prop([anySnapshot], runs)(
    'medium and high fire on a bound key of another person with the role (laws 1, 5, 6)',
    (snapshot) => {
      const { policy, signers } = snapshot.trust.inForce.set
      for (const { judgement, evidence, waiting } of claimsOf(snapshot)) {
        if (judgement.tier === 'low') continue
        const merge = waiting?.merge
        if (evidence.kind !== 'signed_merge' || waiting === null || merge === null || merge === undefined)
          throw new Error('unbound')
        expect(merge.parents).toEqual(evidence.parents)
        expect(merge.changes).toEqual({
          changes: [{ path: waiting.path, before: null, after: waiting.entry }],
          truncated: false,
        })
        expect(merge.inSecondParent).toEqual(waiting.entry)
        expect(waiting.entry.mode).toBe('100644')
        const { principal, key, role } = evidence.merged_by
        expect(merge.signature).toEqual({ kind: 'ssh', fingerprint: key })
        expect(signers.principalOf.get(key)).toBe(principal)
        expect(policy.signers.get(principal)).toBe(role)
        const needed = judgement.tier === 'high' ? 'admin' : policy.medium.reviewedBy
        expect(roleSuffices(role, needed)).toBe(true)
        expect(policy.never.map(({ login }) => login)).not.toContain(principal)
        if (judgement.tier === 'high' && policy.high.admins !== null)
          expect(policy.high.admins.map(({ login }) => login)).toContain(principal)
        expect(evidence.requesters.length).toBeGreaterThan(0)
        if (!policy[judgement.tier].allowSelf) expect(evidence.requesters).not.toContain(principal)
        expect(merge.tooManyCommits).toBe(false)
        for (const commit of merge.commits) if (!commit.exactMainMerge) expect(commit.signature?.kind).toBe('ssh')
      }
    },
  )

  property.prop([anySnapshot], runs)(
    '22, 23: a fact that could not be read fires nothing, and refuses nothing',
    (snapshot) => {
      const unread = {
        ...snapshot,
        waiting: snapshot.waiting.map((waiting) => ({ ...waiting, merge: null })),
        requests: snapshot.requests.map((request) => ({
          ...request,
          content: { kind: 'unread' as const, why: 'git_failed' as const },
        })),
      }
      const { judgements, steps } = plan(unread)
      expect(steps.filter((step) => step.kind === 'claim')).toEqual([])
      expect(judgements.filter(({ verdict }) => 'reason' in verdict && verdict.reason === 'no_second_key')).toEqual([])
      for (const { source, verdict } of judgements)
        if (source.kind === 'branch') expect(verdict.kind).toBe('unverifiable')
    },
  )
})

describe('claims in flight', () => {
  property.prop([anySnapshot], runs)(
    'a run whose end is unknown starts again only where its formula says so (law 8)',
    (snapshot) => {
      for (const step of plan(snapshot).steps) {
        if (step.kind !== 'start') continue
        const { claim, isAgain } = step
        expect(claim.state === 'noted' || claim.idempotent).toBe(true)
        expect(isAgain).toBe(claim.state !== 'noted')
        expect(snapshot.now).toBeLessThan(Date.parse(claim.intent.start_by))
      }
    },
  )

  property.prop([anySnapshot], runs)(
    "another instance's are touched only to say that nothing was heard (section 7)",
    (snapshot) => {
      for (const step of plan(snapshot).steps) {
        if (!('claim' in step) || step.claim.state !== 'foreign') continue
        expect(step).toMatchObject({ kind: 'conclude', status: 'indeterminate', reason: 'taken_over' })
        expect(snapshot.now).toBeGreaterThan(Date.parse(step.claim.intent.start_by))
      }
    },
  )
})
