import { describe, expect, it } from 'vitest'
import { parseActionId } from '../../../vault/action/id.js'
import type { OwedFact } from '../../../vault/forge/sight.js'
import { plan } from '../../../vault/plan/plan.js'
import type { ClaimFact, Snapshot } from '../../../vault/plan/snapshot.js'
import type { CloseStep, ShowStep } from '../../../vault/plan/step.js'
import { STICKY_MARKER } from '../../../vault/prose/sticky-marker.js'
import { tierLabel } from '../../../vault/prose/tier-label.js'
import type { Evidence, OutcomeStatus } from '../../../vault/record/statement.js'
import { HEAD, mergedPull, ok, openPull, ownComment, REPO } from '../forge/pulls.js'
import { intent, outcome } from '../record/sample.js'
import { forgeSnapshot, requestOf, waitingOf } from '../verdict/forge-request.js'
import { FORGE_SETS } from './forge-world.js'
import { OIDS } from './world.js'

const KEY = 'a'.repeat(64)
const EVIDENCE: Evidence = {
  kind: 'policy',
  requesters: ['agent'],
  pull: { forge: 'forgejo', repo_id: REPO, pull: 3, head: HEAD },
}
const INTENT = intent(KEY, { id: 'a', tier: 'low', reason: 'auto_approved', evidence: EVIDENCE, request_head: HEAD })
const owed = (status: OutcomeStatus | null): OwedFact => ({
  day: '2026-11-22',
  intent: INTENT,
  outcome: status === null ? null : outcome(KEY, { id: 'a', status, log_tail: 'line 1\nline 2\n' }),
})
const CLAIM: ClaimFact = {
  id: parseActionId('a')!,
  day: '2026-11-22',
  intent: INTENT,
  blob: OIDS[3]!,
  intentSha256: KEY,
  state: 'running',
  idempotent: false,
}
const shows = (snapshot: Snapshot): readonly ShowStep[] => plan(snapshot).steps.filter((step) => step.kind === 'show')
const closes = (snapshot: Snapshot): readonly CloseStep[] =>
  plan(snapshot).steps.filter((step) => step.kind === 'close')
const USED = new Map([['a', { day: '2026-11-22' }]])

describe('what a pull request shows', () => {
  it('is one comment, one label and a status that sets nothing off', () => {
    const [show, ...others] = shows(forgeSnapshot({ requests: [requestOf('release', [openPull()])] }))
    expect(others).toEqual([])
    expect(show).toMatchObject({
      pull: 3,
      head: HEAD,
      tier: 'high',
      status: { state: 'pending', description: 'high: blocked until an admin merges' },
      isLast: false,
    })
    expect(show?.text.startsWith(`${STICKY_MARKER}\n<!-- countersign:head ${HEAD} -->\n`)).toBe(true)
  })

  it('31: is not shown again, unless something else is to be shown', () => {
    const requests = [requestOf('release', [openPull()])]
    const [show] = shows(forgeSnapshot({ requests }))
    const shown = new Map([[3, show!.digest]])
    expect(shows(forgeSnapshot({ requests, sight: { shown } }))).toEqual([])
    expect(shows(forgeSnapshot({ requests: [requestOf('dev', [openPull()])], sight: { shown } }))).toHaveLength(1)
  })

  it('is shown again while it has the label of another tier; labels of other people stay', () => {
    const labelled = (...labels: string[]) => [requestOf('release', [openPull({ pull: { labels } })])]
    const [show] = shows(forgeSnapshot({ requests: labelled('tier: high', 'tier: gold', 'urgent') }))
    expect(show?.otherLabels).toEqual([])
    const sight = { shown: new Map([[3, show!.digest]]) }
    const again = (...labels: string[]) => shows(forgeSnapshot({ requests: labelled(...labels), sight }))
    expect(again('tier: high', 'tier: gold')).toEqual([])
    expect(again('tier: high', 'tier: low', 'tier: gold')).toMatchObject([{ otherLabels: ['tier: low'] }])
  })

  it('31: stays as it is while a review window runs', () => {
    const requests = [requestOf('dev', [openPull({ comments: ok([ownComment()]) })])]
    const textAt = (now: number, aliveMs: number) =>
      shows(
        forgeSnapshot({
          set: FORGE_SETS.window,
          requests,
          more: { now },
          sight: {
            windows: [
              {
                pull: 3,
                head: HEAD,
                commentReadBackAt: now - aliveMs - 5,
                aliveMs,
                lastSeenAt: now - 1_000,
                lastUpdatedAt: openPull().pull.updatedAt,
                vetoed: null,
              },
            ],
          },
        }),
      )[0]?.digest
    expect(textAt(1_795_334_400_000, 5_000)).toBe(textAt(1_795_336_200_000, 1_800_000))
  })

  it.each<[string, ReturnType<typeof requestOf>, string, string]>([
    ['refused', { ...requestOf('nothing', [openPull()]) }, 'failure', 'refused: formula_missing'],
    ['medium', requestOf('dev', [openPull()]), 'pending', 'medium: pending async review'],
    ['a draft', requestOf('dev', [openPull({ pull: { draft: true } })]), 'pending', 'medium: a draft'],
  ])('%s', (_, request, state, description) => {
    expect(shows(forgeSnapshot({ requests: [request] }))[0]?.status).toEqual({ state, description })
  })

  it('a merge that is refused says so where it was merged', () => {
    const waiting = [waitingOf('release', ok(mergedPull({ history: { wasRetargeted: true } })))]
    const [show] = shows(forgeSnapshot({ more: { waiting } }))
    expect(show).toMatchObject({
      pull: 3,
      head: HEAD,
      status: { state: 'failure', description: 'refused: retargeted' },
    })
    expect(show?.text).toContain('is refused (retargeted)')
  })

  it.each<[OutcomeStatus | null, string, string, boolean]>([
    [null, 'pending', 'low: claimed, running', false],
    ['succeeded', 'success', 'low: succeeded', true],
    ['failed', 'failure', 'low: failed', true],
    ['timed_out', 'failure', 'low: timed out', true],
    ['cancelled', 'failure', 'low: cancelled', true],
    ['indeterminate', 'failure', 'low: indeterminate', true],
  ])('after it was claimed: %s', (status, state, description, isLast) => {
    const sight = { owed: new Map([[3, owed(status)]]) }
    // Still open, with its id used: that must not be told as a refusal.
    const requests = [requestOf('tidy', [openPull()])]
    const all = shows(forgeSnapshot({ requests, sight, more: { used: USED } }))
    expect(all).toHaveLength(1)
    expect(all[0]).toMatchObject({ pull: 3, tier: 'low', status: { state, description }, isLast })
    expect(all[0]?.text).toContain('auto-approved: low blast radius')
    expect(all[0]?.text).toContain('vault/fired/2026-11-22/a')
    if (status !== null) expect(all[0]?.text).toContain('```text\nline 1\nline 2\n```')
  })

  it('after it was claimed from main, where its branch was gone: told as well, though nobody knows its head', () => {
    const fact = owed('succeeded')
    const intent = { ...INTENT, evidence: { kind: 'policy' as const, requesters: ['agent'] }, request_head: null }
    const [step] = shows(forgeSnapshot({ sight: { owed: new Map([[3, { ...fact, intent }]]) } }))
    expect(step).toMatchObject({ pull: 3, head: null, isLast: true })
    expect(step?.text).toContain('Ended: ')
  })

  it('a fault that passes by itself is no edit', () => {
    const fault = { reason: 'forge_unreachable' as const, detail: 'x' }
    expect(shows(forgeSnapshot({ requests: [requestOf('dev', [openPull()])], sight: { fault } }))).toEqual([])
    const history = { ok: false as const, fault: { reason: 'forge_forbidden' as const, detail: 'x' } }
    const [forbidden] = shows(forgeSnapshot({ requests: [requestOf('dev', [openPull({ reviews: history })])] }))
    expect(forbidden?.text).toContain('could not be verified (forge_forbidden)')
  })

  it('nothing while the dispatcher only reads', () => {
    const freeze = { reason: 'x', cause: 'operator' as const, since: 0 }
    expect(shows(forgeSnapshot({ requests: [requestOf('dev', [openPull()])], more: { freeze } }))).toEqual([])
  })

  it('has a label for each tier', () => {
    expect(['low', 'medium', 'high', 'x'].map((tier) => tierLabel(tier).name)).toEqual([
      'tier: low',
      'tier: medium',
      'tier: high',
      'tier: x',
    ])
  })
})

describe('a pull request that was claimed from its head', () => {
  const requests = [requestOf('tidy', [openPull()])]

  it.each<[string, Snapshot]>([
    ['while it runs', forgeSnapshot({ requests, more: { used: USED, claims: [CLAIM] } })],
    [
      'while its end is owed',
      forgeSnapshot({ requests, sight: { owed: new Map([[3, owed('succeeded')]]) }, more: { used: USED } }),
    ],
    ['later', forgeSnapshot({ requests, more: { used: new Map([['a', { day: '2026-11-22', head: HEAD }]]) } })],
  ])('is closed %s', (_, snapshot) => {
    expect(closes(snapshot)).toEqual([{ kind: 'close', pull: 3, id: 'a', head: HEAD }])
    for (const { text } of shows(snapshot)) expect(text).not.toContain('refused')
  })

  it('54: but not at another head', () => {
    const used = new Map([['a', { day: '2026-11-22', head: OIDS[0]! }]])
    const snapshot = forgeSnapshot({ requests, more: { used } })
    expect(closes(snapshot)).toEqual([])
    expect(shows(snapshot)[0]?.text).toContain('is refused (already_fired)')
  })
})

describe('one id, asked for twice', () => {
  it('is claimed once: the first', () => {
    const fork = requestOf('tidy', [openPull({ pull: { number: 4, headRepoId: REPO + 1 } })], { isBranch: false })
    const { steps } = plan(
      forgeSnapshot({
        requests: [
          requestOf('tidy', []),
          {
            ...fork,
            head: OIDS[0]!,
            pulls: fork.pulls.map((dossier) => ({ ...dossier, pull: { ...dossier.pull, head: OIDS[0]! } })),
          },
        ],
      }),
    )
    expect(steps.filter(({ kind }) => kind === 'claim')).toMatchObject([{ branch: { suffix: 'a', head: HEAD } }])
  })

  it("a fork's branch is not ours to delete", () => {
    const fork = requestOf('tidy', [openPull({ pull: { headRepoId: REPO + 1 } })], { isBranch: false })
    const { steps } = plan(forgeSnapshot({ requests: [fork] }))
    expect(steps.filter(({ kind }) => kind === 'claim')).toMatchObject([
      { branch: null, evidence: { pull: { pull: 3, head: HEAD } } },
    ])
  })
})
