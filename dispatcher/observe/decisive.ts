/** Whether something hangs on what the forge said a while ago: then it is asked for its word of now (law 2). */
import { plan } from '../../vault/plan/plan.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import type { Asking, ForgeFacts } from './asking.js'

export interface Looked {
  readonly facts: ForgeFacts
  readonly snapshot: Snapshot
}

export const NOTHING: Asking['deciding'] = new Set()

/** Something is let through or refused for good. */
export function isDecisive(snapshot: Snapshot): boolean {
  return plan(snapshot).steps.some(({ kind }) => kind === 'claim' || kind === 'refuse')
}

/** Heads at which something fires by what was kept of them: by now a permission may be gone, or a veto be there. */
export function lettingThrough({ facts: { kept }, snapshot }: Looked): Asking['deciding'] {
  if (kept.size === 0) return NOTHING
  const fired = plan(snapshot).judgements.filter(({ verdict }) => verdict.kind === 'fire')
  return new Set(
    fired.flatMap(({ source }) => (source.kind === 'branch' && kept.has(source.head) ? [source.head] : [])),
  )
}
