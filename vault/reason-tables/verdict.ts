/** Reasons of verdicts that are no refusal. */
import { reasons } from './reason.js'

/** Why an action fires. */
export const FIRE = reasons({
  auto_approved: ['nobody', 'Auto-approved: low blast radius. The policy alone decides.', 'Nothing to do.'],
  merged_by_writer: ['nobody', 'A person with write permission, who did not request it, merged it.', 'Nothing to do.'],
  merged_by_admin: ['nobody', 'An admin, who did not request it, merged it.', 'Nothing to do.'],
})

/** Why an action waits, though nothing is wrong with it. */
export const WAIT = reasons({
  pending_async_review: [
    'writer',
    'Medium blast radius: pending async review by a person with write permission who did not request it.',
    'Read the plan. In a forge, approve the pull request or merge it with a merge commit; in plain git, run `countersign approve <id>`. To stop it, close the pull request and delete the branch.',
  ],
  awaiting_admin_merge: [
    'admin',
    'High blast radius: blocked until an admin, who did not request it, merges.',
    'Read the plan. In a forge, merge the pull request with a merge commit; in plain git, run `countersign approve <id>`. To stop it, close the pull request and delete the branch.',
  ],
  write_disabled: [
    'operator',
    'The policy in force says `[write] enabled = false`: the dispatcher only reads.',
    "Set `enabled = true` under `[write]` in policy.toml, with an admin's second key: in plain git a commit that they sign, at a forge a pull request that they merge.",
  ],
  frozen: [
    'operator',
    'This dispatcher is frozen: it claims nothing.',
    'Look at `countersign status`, then `countersign unfreeze`.',
  ],
  trust_set_broken: [
    'admin',
    'An admin brought a policy, formula or allowed_signers that cannot be used. Nothing fires until it is repaired.',
    "Repair the file that `countersign status` names, with an admin's second key; check with `countersign validate` before.",
  ],
  secret_missing: [
    'operator',
    "A secret that the action asks for is not in this dispatcher's store.",
    'Put it into `[secrets] dir` or the environment of the dispatcher. If it is there, `countersign doctor` says why it is not taken.',
  ],
  agent_not_configured: [
    'operator',
    'The formula has steps for an agent, and this dispatcher has no `[agent] command`.',
    'Configure `[agent] command` in countersign.toml.',
  ],
  tick_limit: ['nobody', 'More requests came at once than one tick reads.', 'Nothing to do: the next ticks read on.'],
  main_moved: [
    'nobody',
    'Main kept moving while this was being recorded.',
    'Nothing to do: the next tick decides anew.',
  ],
})

/** What could not be verified now and is asked again. */
export const UNVERIFIABLE = reasons({
  object_missing: [
    'nobody',
    'An object of this request could not be fetched or read.',
    'Nothing to do if it was a passing fault; else push the branch again.',
  ],
  branch_moved: ['nobody', 'The branch moved while it was being read.', 'Nothing to do: the next tick reads it anew.'],
  git_failed: [
    'operator',
    'Git could not answer a question about this request.',
    "Look at the dispatcher's log; the next tick asks again.",
  ],
})
