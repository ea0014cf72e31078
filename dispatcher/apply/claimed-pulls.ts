import type { ClaimFact, Snapshot } from '../../vault/plan/snapshot.js'
import type { ClaimStep } from '../../vault/plan/step.js'
import { pullOf } from '../../vault/record/evidence.js'
import type { ClaimedPull } from './pull-writer.js'

/** The pull requests that are to be told how it ends. */
export function claimedPulls(
  { judgement, evidence, waiting }: ClaimStep,
  { id, intent }: ClaimFact,
  { requests }: Snapshot,
): readonly ClaimedPull[] {
  const own = pullOf(evidence)?.number
  const numbers = new Set([...judgement.pulls.map(({ number }) => number), ...(own === undefined ? [] : [own])])
  const merged = waiting?.pull?.ok === true && waiting.pull.value !== null ? [waiting.pull.value] : []
  const seen = [...requests.flatMap(({ pulls }) => pulls), ...merged].map(({ pull }) => pull)
  return [...numbers].map((number) => ({
    ...{ pull: number, head: intent.request_head ?? '', id },
    createdAt: seen.find((pull) => pull.number === number)?.createdAt ?? null,
  }))
}
