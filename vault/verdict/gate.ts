/** What holds an action back though it is allowed, or will be: nothing is wrong with the request itself. */

import type { Unproven } from '../forge/unproven.js'
import type { Snapshot, Stock } from '../plan/snapshot.js'
import type { WaitReason } from '../reasons.js'
import type { Asked } from './verdict.js'

export interface Hold {
  readonly reason: WaitReason
  readonly saw: string
}

/** Stops that hold every action, whatever was approved: the switches come before everything else. */
export function generalHold(snapshot: Pick<Snapshot, 'freeze' | 'trust'>): Hold | null {
  const { freeze, trust } = snapshot
  if (freeze !== null) return { reason: 'frozen', saw: `frozen: ${freeze.reason}` }
  if (trust.broken !== null) {
    const files = trust.broken.files.map((file) => file.path).join(', ')
    return {
      reason: 'trust_set_broken',
      saw: `commit ${trust.broken.commit.slice(0, 12)} brought a set that cannot be used: ${files}`,
    }
  }
  if (!trust.inForce.set.policy.writeEnabled) return { reason: 'write_disabled', saw: '[write] enabled = false' }
  return null
}

/**
 * What is in force is not known: some commit changed the trust set, and the forge could not tell who stands behind it. The
 * new set may be stricter, so nothing is judged by the old one.
 */
export function trustFault({ trust }: Pick<Snapshot, 'trust'>): Unproven | null {
  if (trust.unverified === null) return null
  const { commit, fault } = trust.unverified
  return { reason: fault.reason, detail: `commit ${commit.slice(0, 12)} changed the trust set: ${fault.detail}` }
}

/** What this dispatcher lacks to run an action that is allowed. */
export function readinessHold(asked: Asked, snapshot: Snapshot): Hold | null {
  const { action, formula } = asked
  const { stock } = snapshot.dispatcher
  if (stock === null) return null
  const steps = [...formula.steps, ...formula.onFailure].filter((step) => !action.dryRun || step.dryRun)
  const lacking = steps.some((step) => step.kind === 'prompt') ? lackingAgent(action, stock) : null
  if (lacking !== null) return { reason: 'agent_not_configured', saw: lacking }
  const missing = action.dryRun ? [] : action.secrets.filter((name) => !stock.secrets.has(name))
  if (missing.length > 0) return { reason: 'secret_missing', saw: `not in the store: ${missing.join(', ')}` }
  return null
}

/** Model and tools need both: the formula allows them to be asked for, the configuration has them. */
function lackingAgent(action: Asked['action'], { agent }: Stock): string | null {
  if (agent === null) return 'the formula has steps for an agent, and this dispatcher has no agent command'
  if (action.model !== null && !agent.models.includes(action.model))
    return `the model ${action.model} is not configured`
  const tools = action.tools.filter((tool) => !agent.tools.includes(tool))
  return tools.length === 0 ? null : `not configured: the tools ${tools.join(', ')}`
}
