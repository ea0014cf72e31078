/** One line per action of a tick (DESIGN section 8). */

import { firedFolder } from '../../vault/record/paths.js'
import { timestampOf } from '../../vault/record/time.js'
import type { Tier } from '../../vault/tier.js'
import type { Judgement } from '../../vault/verdict/verdict.js'
import type { Launched } from '../apply/launcher.js'
import type { Recorded } from '../record/entry.js'
import type { Ticked } from '../tick.js'

export interface TickLine {
  readonly id: string
  readonly tier: Tier
  readonly verdict: 'fire' | 'wait' | 'refuse' | 'unverifiable'
  readonly reason: string
  readonly until?: string
  readonly status?: string
  readonly record?: string
  readonly detail?: string
}

/** After the runs ended: each launched action with how it ended, then everything else with its verdict. */
export async function tickLines(ticked: Ticked): Promise<readonly TickLine[]> {
  const ended = await Promise.all([...ticked.launched.values()])
  const done = new Set(ended.map(({ claim }) => claim.id as string))
  const fired = ended.map(launchedLine)
  return [
    ...fired,
    ...ticked.plan.judgements
      .filter((item) => !done.has(item.id))
      .map((item) => judgementLine(item, ticked.recorded.get(item.id))),
  ]
}

function launchedLine({ claim, status }: Launched): TickLine {
  const { intent, id, day } = claim
  return {
    id,
    tier: intent.tier,
    verdict: 'fire',
    reason: intent.reason,
    ...(status === null ? {} : { status }),
    record: firedFolder(day, id),
  }
}

function judgementLine({ id, tier, verdict }: Judgement, recorded: Recorded | undefined): TickLine {
  const line = { id, tier, verdict: verdict.kind, reason: verdict.reason }
  if (verdict.kind === 'fire') return recorded === undefined ? line : notClaimed(id, tier, recorded)
  if (verdict.kind === 'wait') return verdict.until === null ? line : { ...line, until: timestampOf(verdict.until) }
  return { ...line, detail: verdict.detail }
}

/** It was to fire, and the claim is not known to be on main: so nothing ran. */
function notClaimed(id: string, tier: Tier, recorded: Recorded): TickLine {
  if (recorded.kind === 'refused')
    return { id, tier, verdict: 'unverifiable', reason: 'git_failed', detail: recorded.why }
  if (recorded.kind === 'unknown')
    return { id, tier, verdict: 'unverifiable', reason: 'git_failed', detail: recorded.why }
  return { id, tier, verdict: 'wait', reason: 'main_moved' }
}
