/** All that happens in a simulated world besides what dispatchers do. */
import type { Act } from './act.js'
import { APPROVING } from './approving.js'
import { ASKING } from './asking.js'
import { GOVERNING } from './governing.js'
import { MACHINE } from './machine.js'
import { COPIES } from './moments/copies.js'
import { CORNERS } from './moments/corners.js'
import { FORGE_MOMENTS } from './moments/forge.js'
import { FORGERIES } from './moments/forgeries.js'
import { MACHINE_MOMENTS } from './moments/machine.js'
import { PLACES } from './moments/places.js'
import { RAREST } from './moments/rarest.js'
import { RECALL, RECALL_MORE } from './moments/recall.js'
import { RECORD_MOMENTS } from './moments/records.js'
import { WANT } from './moments/want.js'
import { PULL_ATTACKS } from './pull-attacks.js'
import { PULLS } from './pulls.js'
import { REWRITING } from './rewriting.js'
import { TAMPERING } from './tampering.js'

/** What comes at any time. */
export const ACTS = {
  ...ASKING,
  ...APPROVING,
  ...GOVERNING,
  ...TAMPERING,
  ...REWRITING,
  ...MACHINE,
  ...PULLS,
  ...PULL_ATTACKS,
}

/** What sets a stage, or comes at a chosen moment. Drawn apart from the others. */
export const MOMENTS = { ...MACHINE_MOMENTS, ...RECORD_MOMENTS, ...FORGE_MOMENTS }

/** What needs two things at once, and work to do them with. Drawn apart from those as well. */
export const RARE_MOMENTS = { ...RAREST, burst: { ...MOMENTS.burst, weight: 4 } }

/** What has to be set up whole. Drawn apart from those too. */
export const CORNER_MOMENTS = { ...CORNERS, burst: { ...MOMENTS.burst, weight: 3 } }

/** What has to be done just before something is written, or in one breath. Drawn apart, once more. */
export const BRINK_MOMENTS = {
  ...COPIES,
  ...PLACES,
  secondRun: { ...MOMENTS.secondRun, weight: 8 },
  pushLate: { ...MOMENTS.pushLate, weight: 2 },
  burst: { ...MOMENTS.burst, weight: 2 },
}

/** What a dispatcher comes back to, and others who move main meanwhile. Drawn apart as well. */
export const RECALL_MOMENTS = {
  ...RECALL,
  chatter: { ...TAMPERING.chatter, weight: 5 },
  secondRun: { ...MOMENTS.secondRun, weight: 4 },
  burst: { ...MOMENTS.burst, weight: 3 },
}

/** The same, and what it lacks then, or is told by forgeries. In half of those schedules. */
export const ORDEAL_MOMENTS = {
  ...RECALL_MORE,
  ...WANT,
  ...FORGERIES,
  chatter: RECALL_MOMENTS.chatter,
  secondRun: RECALL_MOMENTS.secondRun,
  burst: RECALL_MOMENTS.burst,
}

export type ActName =
  | keyof typeof ACTS
  | keyof typeof MOMENTS
  | keyof typeof RARE_MOMENTS
  | keyof typeof CORNER_MOMENTS
  | keyof typeof BRINK_MOMENTS
  | keyof typeof RECALL_MOMENTS
  | keyof typeof ORDEAL_MOMENTS

const ALL: Readonly<Record<ActName, Act>> = {
  ...ACTS,
  ...MOMENTS,
  ...RARE_MOMENTS,
  ...CORNER_MOMENTS,
  ...BRINK_MOMENTS,
  ...RECALL_MOMENTS,
  ...ORDEAL_MOMENTS,
}

export function actOf(name: ActName): Act {
  return ALL[name]
}
