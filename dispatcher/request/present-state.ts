/** The present state of a request that was made before: its bytes stand somewhere already. */
import type { ActionId } from '../../vault/action/id.js'
import { UNSIGNED } from '../../vault/git-facts.js'
import type { Judgement } from '../../vault/verdict/verdict.js'
import type { Desk } from './desk.js'
import { foresee, judgeBranch } from './foresee.js'
import { readRefusals } from './refusals.js'
import type { Standing } from './standing.js'
import { type RequestView, viewOfJudgement } from './view.js'

export interface PresentState {
  readonly view: RequestView
  /** Where it waits for somebody. */
  readonly judgement: Judgement | null
}

const EVER = ''

export async function presentState(
  desk: Desk,
  id: ActionId,
  bytes: Uint8Array,
  standing: Exclude<Standing, { kind: 'free' }>,
): Promise<PresentState> {
  const { ground, at } = desk
  const now = desk.adapters.now()
  const { tier } = foresee(id, bytes, UNSIGNED, at, desk.asker, now)
  const common = { id, tier, branch: `vault/${id}`, commit: standing.head }
  switch (standing.kind) {
    case 'fired': {
      const { record, status } = standing
      return {
        view: {
          ...common,
          state: status === null ? 'running' : 'fired',
          ...(status === null ? {} : { status }),
          record,
        },
        judgement: null,
      }
    }
    case 'on_main':
      return { view: { ...common, state: 'waiting' }, judgement: null }
    case 'branch': {
      const judgement = await judgeBranch(ground.repository, id, standing.head, at, desk.asker, now)
      if (judgement !== null) return { view: viewOfJudgement(judgement, standing.head), judgement }
      // It was merged, and its file is gone again: refused, or taken off main by hand.
      const refusal = standing.blob === null ? undefined : (await readRefusals(ground, id, standing.blob, EVER)).at(-1)
      return {
        view: {
          ...common,
          state: 'refused',
          ...(refusal === undefined ? {} : { reason: refusal.reason, record: refusal.record }),
        },
        judgement: null,
      }
    }
  }
}
