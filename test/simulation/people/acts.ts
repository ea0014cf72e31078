/** All that happens in a simulated world besides what dispatchers do. */
import { APPROVING } from './approving.js'
import { ASKING } from './asking.js'
import { GOVERNING } from './governing.js'
import { MACHINE } from './machine.js'
import { PULL_ATTACKS } from './pull-attacks.js'
import { PULLS } from './pulls.js'
import { REWRITING } from './rewriting.js'
import { TAMPERING } from './tampering.js'

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

export type ActName = keyof typeof ACTS
