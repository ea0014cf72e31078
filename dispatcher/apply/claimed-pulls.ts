import type { ClaimFact } from '../../vault/plan/snapshot.js'
import type { ClaimStep } from '../../vault/plan/step.js'
import { pullOf } from '../../vault/record/evidence.js'
import type { ClaimedPull } from './pull-writer.js'

/** The pull requests that are to be told how it ends. */
export function claimedPulls({ judgement, evidence }: ClaimStep, { id, intent }: ClaimFact): readonly ClaimedPull[] {
  const own = pullOf(evidence)?.number
  const numbers = new Set([...judgement.pulls.map(({ number }) => number), ...(own === undefined ? [] : [own])])
  return [...numbers].map((pull) => ({ pull, head: intent.request_head ?? '', id }))
}
