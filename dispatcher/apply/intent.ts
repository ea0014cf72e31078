import { effectiveTimeoutMinutes } from '../../vault/action/effective.js'
import { LIMITS } from '../../vault/limits.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import type { ClaimStep } from '../../vault/plan/step.js'
import { approvedHead, pullOf } from '../../vault/record/evidence.js'
import type { DispatcherReference, Intent } from '../../vault/record/statement.js'
import { timestampOf } from '../../vault/record/time.js'

/** What is signed before the run (law 7): everything that the decision stood on. */
export function intentOf(step: ClaimStep, snapshot: Snapshot, dispatcher: DispatcherReference, nonce: string): Intent {
  const { asked, judgement, evidence } = step
  const { verdict, source } = judgement
  const { set, commit } = snapshot.trust.inForce
  if (verdict.kind !== 'fire' || set.ids.policy === null || set.ids.formulas === null)
    throw new Error('only what fires is claimed')
  return {
    id: asked.action.id,
    formula: asked.formula.name,
    tier: judgement.tier,
    reason: verdict.reason,
    rules: judgement.rules,
    dry_run: asked.action.dryRun,
    trust_set: {
      root: snapshot.trust.root,
      commit,
      policy_blob: set.ids.policy,
      signers_blob: set.ids.signers,
      formulas_tree: set.ids.formulas,
      formula: asked.formula.path,
      formula_sha256: asked.formula.digest,
    },
    evidence,
    base: snapshot.main,
    request_head:
      source.kind === 'branch' ? source.head : (pullOf(evidence)?.head ?? approvedHead(evidence) ?? source.branchHead),
    dispatcher,
    nonce,
    claimed_at: timestampOf(snapshot.now),
    start_by: timestampOf(snapshot.now + LIMITS.startWindowMs),
    timeout_minutes: effectiveTimeoutMinutes(asked.action, asked.formula),
  }
}
