import { test as property } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { plan } from '../../../vault/plan/plan.js'
import type { Snapshot } from '../../../vault/plan/snapshot.js'
import type { ClaimStep, ShowStep } from '../../../vault/plan/step.js'
import { REASONS } from '../../../vault/reasons.js'
import { approvedHead } from '../../../vault/record/evidence.js'
import { intentSchema } from '../../../vault/record/intent.js'
import { kinOf } from '../../../vault/request/known-pulls.js'
import { everybody, fault, HEAD, ok, SELF } from '../forge/pulls.js'
import { intent } from '../record/sample.js'
import { anyForgeSnapshot } from './forge-world.js'
import { OIDS } from './world.js'

const runs = { numRuns: 500 }
const claimsOf = (snapshot: Snapshot): readonly ClaimStep[] =>
  plan(snapshot).steps.filter((step) => step.kind === 'claim')
const showsOf = (snapshot: Snapshot): readonly ShowStep[] => plan(snapshot).steps.filter((step) => step.kind === 'show')
const keyed = ({ judgement }: ClaimStep) => judgement.tier !== 'low'

describe('in a forge, whatever was seen', () => {
  property.prop([anyForgeSnapshot], runs)(
    'a plan is made, and each verdict has its reason and its rules (law 12)',
    (snapshot) => {
      for (const { verdict, rules } of plan(snapshot).judgements) {
        expect(REASONS[verdict.reason].group === verdict.kind || REASONS[verdict.reason].group === 'problem').toBe(true)
        if (verdict.reason !== 'tick_limit') expect(rules).not.toEqual([])
      }
    },
  )

  property.prop([anyForgeSnapshot], runs)('one id is claimed once, also of a branch and a fork (law 8)', (snapshot) => {
    const ids = claimsOf(snapshot).map(({ asked }) => asked.action.id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(snapshot.used.has(id)).toBe(false)
  })

  property.prop([anyForgeSnapshot], runs)(
    'medium and high fire on a key of another person, who is not the dispatcher (laws 1, 6)',
    (snapshot) => {
      const { policy } = snapshot.trust.inForce.set
      for (const { judgement, evidence } of claimsOf(snapshot).filter(keyed)) {
        const tier = judgement.tier === 'high' ? 'high' : 'medium'
        if (evidence.kind === 'policy' || evidence.kind === 'signed_merge') throw new Error('no key of a forge')
        const asked = evidence.requesters.map(({ id }) => id)
        expect(asked.length).toBeGreaterThan(0)
        if (evidence.kind === 'unopposed_window') {
          expect(tier).toBe('medium')
          expect(evidence.alive_ms).toBeGreaterThanOrEqual(policy.medium.reviewWindowMs ?? Number.POSITIVE_INFINITY)
          continue
        }
        const by = evidence.kind === 'pull_merge' ? evidence.merged_by : evidence.review.by
        if (tier === 'high') expect([evidence.kind, by.permission]).toEqual(['pull_merge', 'admin'])
        expect(everybody.get(by.id)).toEqual(ok(by.permission))
        expect(by.id).not.toBe(SELF.id)
        expect(policy.never.map(({ id }) => id)).not.toContain(by.id)
        if (!policy[tier].allowSelf) expect(asked).not.toContain(by.id)
      }
    },
  )

  property.prop([anyForgeSnapshot], runs)(
    'whoever asked in any pull request of the head is a requester (law 6)',
    (snapshot) => {
      if (snapshot.forge === null) throw new Error('a forge')
      for (const { evidence } of claimsOf(snapshot).filter(keyed)) {
        const head = approvedHead(evidence)
        if (head === null || evidence.kind === 'policy' || evidence.kind === 'signed_merge') throw new Error('a head')
        const others = kinOf(head, snapshot.requests, snapshot.forge).filter(
          ({ pull }) => pull.number !== evidence.pull,
        )
        const asked = new Set<number | undefined>(evidence.requesters.map(({ id }) => id))
        for (const { pull } of others) expect(asked.has(pull.author?.id)).toBe(true)
      }
    },
  )

  property.prop([anyForgeSnapshot], runs)("45: a stranger's request never fires from its head (law 3)", (snapshot) => {
    for (const { branch, judgement, evidence } of claimsOf(snapshot)) {
      if (judgement.source.kind !== 'branch') continue
      const { suffix, head, isBranch } = judgement.source
      const asked = snapshot.requests.filter((request) => request.suffix === suffix && request.head === head)
      expect(branch === null).toBe(!isBranch)
      expect(judgement.tier).not.toBe('high')
      for (const { pulls } of asked)
        for (const { pull } of pulls.filter((dossier) =>
          judgement.pulls.some(({ number }) => number === dossier.pull.number),
        ))
          expect([SELF.id, 12, 13, 21, 41, 55]).toContain(pull.author?.id)
      if (judgement.tier === 'medium') expect(['pull_review', 'unopposed_window']).toContain(evidence.kind)
    }
  })

  property.prop([anyForgeSnapshot], runs)(
    '8: a forge that cannot be asked fires nothing but what needs nothing of it, and refuses nothing',
    (snapshot) => {
      if (snapshot.forge === null) throw new Error('a forge')
      const down = {
        ...snapshot,
        forge: { ...snapshot.forge, fault: { reason: 'forge_unreachable' as const, detail: 'down' } },
        waiting: snapshot.waiting.map((waiting) => ({ ...waiting, pull: fault() })),
      }
      const { steps, judgements } = plan(down)
      expect(steps.filter(({ kind }) => kind === 'claim')).toEqual([])
      for (const { source, verdict } of judgements)
        if (source.kind === 'branch') expect(verdict.kind).toBe('unverifiable')
    },
  )

  property.prop([anyForgeSnapshot], runs)('what is claimed can be recorded', (snapshot) => {
    for (const { judgement, evidence } of claimsOf(snapshot)) {
      const { verdict, tier } = judgement
      if (verdict.kind !== 'fire') throw new Error('only what fires is claimed')
      const read = intentSchema.safeParse(
        intent('a'.repeat(64), { tier, reason: verdict.reason, evidence, rules: judgement.rules }),
      )
      expect(read.error).toBeUndefined()
    }
  })

  property.prop([anyForgeSnapshot], runs)(
    '44: nothing that waits is shown as a success, and nothing is shown twice (31)',
    (snapshot) => {
      const shows = showsOf(snapshot)
      for (const { status } of shows) {
        expect(status.state).not.toBe('success')
        expect(status.description.length).toBeLessThanOrEqual(140)
      }
      if (snapshot.forge === null) throw new Error('a forge')
      const shown = new Map(shows.map(({ pull, digest }) => [pull, digest]))
      const again = showsOf({ ...snapshot, forge: { ...snapshot.forge, shown } })
      expect(again.filter(({ pull, digest }) => shown.get(pull) === digest)).toEqual([])
    },
  )

  property.prop([anyForgeSnapshot], runs)(
    'no commit brings another judge while the forge has not said who stands behind it',
    (snapshot) => {
      const unverified = { commit: OIDS[0]!, fault: { reason: 'forge_late' as const, detail: 'x' } }
      const { steps, judgements } = plan({ ...snapshot, trust: { ...snapshot.trust, unverified } })
      for (const { kind } of steps) expect(['collect', 'conclude']).toContain(kind)
      for (const { verdict } of judgements) expect(verdict.kind).toBe('unverifiable')
    },
  )

  property.prop([anyForgeSnapshot], runs)('no note is written: people look at the pull request', (snapshot) => {
    expect(plan(snapshot).steps.filter(({ kind }) => kind === 'comment')).toEqual([])
    for (const step of plan(snapshot).steps) if (step.kind === 'tidy') expect(step.head).toBe(HEAD)
  })
})
