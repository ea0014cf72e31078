/** Medium by a review window: looks at the window of each pull request of the head, and says whether all have passed. */
import { nameOf } from '../countersignature/forge-approver.js'
import type { OpenPulls } from '../countersignature/open-pulls.js'
import type { PullDossier } from '../forge/fact.js'
import { type Observed, observeWindow } from '../forge/review-window.js'
import type { ForgeSight } from '../forge/sight.js'
import type { Unproven } from '../forge/unproven.js'
import type { WindowState } from '../forge/window-state.js'
import type { Evidence } from '../record/statement.js'
import { timestampOf } from '../record/time.js'
import { pullRequestersOf } from '../request/pull-requesters.js'
import type { Draft } from './draft.js'
import type { Judgement } from './verdict.js'

export interface Watched {
  /** Of each pull request that is up for review with this head, after this look; of one that could not be looked at, as it was. */
  readonly running: readonly WindowState[]
  /** These, and the vetoes in others of this head. */
  readonly states: readonly WindowState[]
  /** Of one that could not be looked at. */
  readonly fault: Unproven | null
  /** Also by one whose pull request is not open any more: a veto is of the head. */
  readonly vetoed: { readonly by: string; readonly how: string } | null
}

export function watchWindows({ head, pulls, drafts, kin }: OpenPulls, forge: ForgeSight, now: number): Watched {
  const kept = forge.windows.filter((state) => state.head === head)
  const lookAt = (dossier: PullDossier): Observed => {
    const before = kept.find(({ pull }) => pull === dossier.pull.number) ?? null
    return observeWindow(before, { dossier, head, self: forge.self, now })
  }
  const ready = new Set(pulls.map(({ pull }) => pull.number))
  // Else whoever asks turns the one with the veto into a draft, or closes it, and goes on with another one.
  const aside = [...drafts, ...kin].filter(({ pull }) => !ready.has(pull.number)).filter((one) => wasOurs(one, forge))
  const [looks, looksAside] = [pulls.map(lookAt), aside.map(lookAt)]
  const running = looks.flatMap(({ state }) => state ?? [])
  const vetoes = looksAside.flatMap(({ state }) => (state?.vetoed == null ? [] : [state]))
  const seen = new Set([...ready, ...aside.map(({ pull }) => pull.number)])
  const unseen = kept.find(({ pull, vetoed }) => vetoed === null && !seen.has(pull))
  return {
    running,
    states: [...running, ...vetoes],
    fault: [...looks, ...looksAside].find((look) => look.kind === 'unverifiable')?.fault ?? faultOf(unseen),
    vetoed: [...kept, ...running, ...vetoes].find(({ vetoed }) => vetoed !== null)?.vetoed ?? null,
  }
}

/** One that never was against our branch is another matter: whoever closes it says nothing of this one. */
function wasOurs({ pull, history }: PullDossier, { baseBranch, repositoryId }: ForgeSight): boolean {
  if (pull.baseBranch === baseBranch && pull.baseRepoId === repositoryId) return true
  return history?.ok !== true || history.value.wasRetargeted
}

function faultOf(unseen: WindowState | undefined): Unproven | null {
  if (unseen === undefined) return null
  return { reason: 'forge_not_asked', detail: `what became of pull request ${unseen.pull} is not known` }
}

type Passed =
  | { readonly kind: 'passed'; readonly evidence: Extract<Evidence, { kind: 'unopposed_window' }> }
  | { readonly kind: 'judged'; readonly judgement: Judgement }

export function judgeWindow(
  draft: Draft,
  { running, fault, vetoed }: Watched,
  windowMs: number,
  open: OpenPulls,
  forge: ForgeSight,
  now: number,
): Passed {
  const judged = (judgement: Judgement): Passed => ({ kind: 'judged', judgement })
  if (vetoed !== null)
    return judged(
      draft.hold('review_window', 'vetoed', `${vetoed.how}, by ${vetoed.by}: this head has no window any more`),
    )
  if (fault !== null) return judged(draft.unproven('review_window', fault))
  const requesters = pullRequestersOf([...open.pulls, ...open.drafts, ...open.kin], open.commits)
  if (requesters.kind === 'unverifiable') return judged(draft.unproven('requesters', requesters.fault))
  if (requesters.kind === 'unknown') return judged(draft.refuse('requesters', 'requester_unknown', requesters.detail))
  draft.saw('requesters', requesters.accounts.map(nameOf).join(', '), 'known')

  const [least] = running.toSorted((a, b) => a.aliveMs - b.aliveMs)
  if (least === undefined) throw new Error('a medium request that is judged has a pull request')
  const { pull, aliveMs, commentReadBackAt } = least
  if (commentReadBackAt === null || aliveMs < windowMs) {
    // The comment shows this: a count in it would be an edit in each tick, each of which looks like a change.
    const saw = `${seconds(windowMs)} s in which the dispatcher is there to see, after its comment was read back`
    return judged(draft.hold('review_window', 'review_window', saw, now + windowMs - aliveMs))
  }
  draft.saw('review_window', `${seconds(aliveMs)} of ${seconds(windowMs)} s, and nobody objected`, 'passed')
  const evidence: Extract<Evidence, { kind: 'unopposed_window' }> = {
    kind: 'unopposed_window',
    forge: forge.kind,
    repo_id: forge.repositoryId,
    pull,
    head: open.head,
    window_ms: windowMs,
    alive_ms: aliveMs,
    comment_read_back_at: timestampOf(commentReadBackAt),
    requesters: requesters.accounts.map(({ id, login }) => ({ id, login })),
    observed_at: timestampOf(now),
  }
  return { kind: 'passed', evidence }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000)
}
