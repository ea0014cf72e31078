/** What `request` writes into the pull request: for people to read. Nothing in it is believed (law 1). */
import type { Tier } from '../tier.js'
import { code } from './markdown.js'
import { renderPullContext, renderPullPlan, type Told } from './pull-plan.js'

export interface PullText {
  readonly title: string
  readonly body: string
}

/** @param tier as the requester foresees it; the dispatcher decides, and says so in its comment */
export function renderPull(told: Told, tier: Tier): PullText {
  const { action, formula } = told
  const lines = [
    `This asks for ${code(action.id)}: formula ${code(formula.name)}, ${TIER_WORDS[tier]}.`,
    '',
    ...renderPullContext(told),
    '',
    ...renderPullPlan(told),
    '',
    '---',
    '',
    'Written by `countersign request`. What counts is the file in this pull request; the dispatcher comments on what becomes of it.',
  ]
  // Both are plain words: ids and names of formulas have no other characters.
  return { title: `${action.id}: ${formula.name} (${tier})`, body: `${lines.join('\n')}\n` }
}

const TIER_WORDS: Record<Tier, string> = {
  low: 'low: it fires on the policy alone',
  medium: 'medium: it waits for a review',
  high: 'high: it waits for the merge of an admin',
}
