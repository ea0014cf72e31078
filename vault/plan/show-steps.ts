/** What each pull request is to show: one comment, one label, one status. Only where it shows something else (field failure 31). */
import { sha256Hex } from '../digest.js'
import type { PullFact } from '../forge/fact.js'
import type { ForgeSight, OwedFact } from '../forge/sight.js'
import type { Oid } from '../oid.js'
import { renderPullComment } from '../prose/pull-comment.js'
import { renderPullOutcome } from '../prose/pull-outcome.js'
import { statusOf, statusOfOwed } from '../prose/status-text.js'
import { otherTierLabels } from '../prose/tier-label.js'
import type { UnverifiableReason } from '../reasons.js'
import { canonicalJson } from '../record/canonical-json.js'
import { pullOf } from '../record/evidence.js'
import type { Judgement } from '../verdict/verdict.js'
import { claimedHead } from './claimed-head.js'
import type { Snapshot } from './snapshot.js'
import type { ShowStep } from './step.js'

type Shown = Omit<ShowStep, 'digest' | 'kind' | 'otherLabels'>

export function showSteps(judgements: readonly Judgement[], snapshot: Snapshot): readonly ShowStep[] {
  const { forge } = snapshot
  if (forge === null) return []
  const pulls = pullsByNumber(snapshot)
  const owed = [...forge.owed].map(([number, fact]) => owedStep(number, fact, pulls))
  const judged = judgements.flatMap((judgement) => judgedSteps(judgement, pulls, snapshot))
  return [...owed, ...judged.filter(({ pull }) => !forge.owed.has(pull))].filter((step) => isNew(step, forge))
}

/** By this a dispatcher knows what it has shown. Over all of it: also a label or a status alone may change. */
function shownDigest({ pull, head, text, tier, status, isLast }: Shown): string {
  return sha256Hex(canonicalJson({ pull, head, text, tier, status, isLast }))
}

function owedStep(number: number, owed: OwedFact, pulls: ReadonlyMap<number, PullFact>): ShowStep {
  // Low needs no merge: where it was merged all the same, and its branch is gone, its record names no head.
  const head = pullOf(owed.intent.evidence)?.head ?? owed.intent.request_head
  return stepOf(pulls.get(number), {
    pull: number,
    head,
    text: renderPullOutcome(owed, head),
    tier: owed.intent.tier,
    status: statusOfOwed(owed),
    isLast: owed.outcome !== null,
  })
}

function judgedSteps(
  judgement: Judgement,
  pulls: ReadonlyMap<number, PullFact>,
  snapshot: Snapshot,
): readonly ShowStep[] {
  const head = headOf(judgement, snapshot)
  if (head === null || !isTold(judgement) || claimedHead(judgement.id, snapshot) === head) return []
  return judgement.pulls.map(({ number }) =>
    stepOf(pulls.get(number), {
      pull: number,
      head,
      text: renderPullComment(judgement, head),
      tier: judgement.asked === null ? null : judgement.tier,
      status: statusOf(judgement),
      isLast: false,
    }),
  )
}

/** Of an action on main: the head that was merged; of a squash or rebase, which bind to none, where its branch is. */
function headOf({ source }: Judgement, { waiting }: Snapshot): Oid | null {
  if (source.kind === 'branch') return source.head
  const found = waiting.find(({ path }) => path === source.path)
  return found?.merge?.parents[1] ?? (found?.pull?.ok === true ? (found.pull.value?.pull.head ?? null) : null)
}

/** What fires is told when it is claimed, and a fault that passes by itself is not worth an edit each way. */
function isTold({ verdict }: Judgement): boolean {
  if (verdict.kind === 'unverifiable') return LASTING.has(verdict.reason)
  return verdict.kind === 'refuse' || (verdict.kind === 'wait' && verdict.reason !== 'tick_limit')
}

const LASTING = new Set<UnverifiableReason>([
  'forge_forbidden',
  'forge_malformed',
  'forge_missing',
  'object_missing',
  'git_failed',
])

/** @param pull as it is seen now; undefined: it is not */
function stepOf(pull: PullFact | undefined, shown: Shown): ShowStep {
  const otherLabels = otherTierLabels(pull?.labels ?? [], shown.tier)
  return { kind: 'show', otherLabels, ...shown, digest: shownDigest(shown) }
}

function isNew({ pull, digest, otherLabels }: ShowStep, { shown }: ForgeSight): boolean {
  return shown.get(pull) !== digest || otherLabels.length > 0
}

/** Those that are open, and those that brought what waits on main. */
export function pullsByNumber({ requests, waiting }: Snapshot): ReadonlyMap<number, PullFact> {
  const open = requests.flatMap(({ pulls }) => pulls.map(({ pull }) => pull))
  const merged = waiting.flatMap(({ pull }) => (pull?.ok === true && pull.value !== null ? [pull.value.pull] : []))
  return new Map([...open, ...merged].map((pull) => [pull.number, pull]))
}
