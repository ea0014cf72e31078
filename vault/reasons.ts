/**
 * The closed list of reason codes (law 12). Each says what it means, who can unblock it, and how.
 * `docs/reasons.md` is generated from here (`npm run reasons`); a test fails when that page is stale.
 */
export type Who = 'requester' | 'writer' | 'admin' | 'operator' | 'auditor' | 'nobody'
type Group = 'fire' | 'wait' | 'refuse' | 'unverifiable' | 'problem' | 'trust' | 'outcome' | 'finding'

interface Reason {
  readonly group: Group
  readonly who: Who
  readonly meaning: string
  readonly remedy: string
}

const reasons = <const T extends Record<string, readonly [who: Who, meaning: string, remedy: string]>>(table: T): T =>
  table

/** Why an action fires. */
const FIRE = reasons({
  auto_approved: ['nobody', 'Auto-approved: low blast radius. The policy alone decides.', 'Nothing to do.'],
  merged_by_writer: [
    'nobody',
    'A person with write permission, who did not request it, made the signed merge.',
    'Nothing to do.',
  ],
  merged_by_admin: ['nobody', 'An admin, who did not request it, made the signed merge.', 'Nothing to do.'],
})

/** Why an action waits, though nothing is wrong with it. */
const WAIT = reasons({
  pending_async_review: [
    'writer',
    'Medium blast radius: pending async review by a person with write permission who did not request it.',
    'Read the plan, then run `countersign approve <id>`; delete the branch to stop it.',
  ],
  awaiting_admin_merge: [
    'admin',
    'High blast radius: blocked until an admin, who did not request it, merges.',
    'Read the plan, then run `countersign approve <id>`; delete the branch to stop it.',
  ],
  write_disabled: [
    'operator',
    'The policy in force says `[write] enabled = false`: the dispatcher only reads.',
    "Set `enabled = true` under `[write]` in policy.toml, as a commit with an admin's key.",
  ],
  frozen: [
    'operator',
    'This dispatcher is frozen: it claims nothing.',
    'Look at `countersign status`, then `countersign unfreeze`.',
  ],
  trust_set_broken: [
    'admin',
    'An admin brought a policy, formula or allowed_signers that cannot be used. Nothing fires until it is repaired.',
    "Repair the file that `countersign status` names, with an admin's key; check with `countersign validate` before.",
  ],
  secret_missing: [
    'operator',
    "A secret that the action asks for is not in this dispatcher's store.",
    'Put it into `[secrets] dir` or the environment of the dispatcher.',
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

/** What was verified to be wrong. */
const REFUSE = reasons({
  already_fired: [
    'requester',
    'The id was claimed before. One id is claimed once, for ever.',
    'Ask again under a new id.',
  ],
  id_waiting_on_main: [
    'requester',
    'An action of this id already waits on main.',
    'Wait for it to be decided, or ask under a new id.',
  ],
  formula_missing: [
    'operator',
    'No formula of this name is in force.',
    'Correct the name, or have an admin bring the formula to main.',
  ],
  branch_name_invalid: [
    'requester',
    'The branch is not `vault/<id>` with a valid id.',
    'Ids match ^[a-z0-9][a-z0-9._-]{0,99}$, without `..`, not ending in `.` or `.lock`.',
  ],
  no_common_history: [
    'requester',
    'The branch shares no history with main.',
    'Branch from the current main and add the action there.',
  ],
  ambiguous_base: [
    'requester',
    'The branch and main have more than one merge base, so what it changes is not well defined.',
    'Branch from the current main and add the action there.',
  ],
  too_many_commits: [
    'requester',
    'The branch has more commits than a request may have.',
    'Branch from the current main and add the action in one commit.',
  ],
  extra_paths: [
    'requester',
    'A request is exactly one added file `vault/actions/<id>.toml`; this one changes more or other paths.',
    'Branch from the current main and add only that file.',
  ],
  not_added: [
    'requester',
    'The request changes or deletes a file instead of adding one.',
    'Branch from the current main and add a new action.',
  ],
  not_regular_file: [
    'requester',
    'The action is not a regular file of mode 100644 (a symlink, submodule or executable).',
    'Add it as an ordinary file.',
  ],
  id_mismatch: [
    'requester',
    "The branch's suffix, the file's stem and the `id` inside are not the same.",
    'Use one id in all three places.',
  ],
  expired: ['requester', "The action's `expires_at` has passed.", 'Ask again under a new id.'],
  requester_unknown: [
    'requester',
    'A commit of this medium or high request is not signed by a principal of allowed_signers.',
    'Sign each commit with your own SSH key (`countersign request` does), and have an admin add the key.',
  ],
  no_second_key: [
    'admin',
    'The action reached main without a merge that could be a second key (a direct commit, a squash or a rebase).',
    'Request it on a branch, and approve that with `countersign approve <id>`; in a forge allow merge commits only.',
  ],
  merge_unsigned: [
    'admin',
    'The merge that brought the action carries no SSH signature.',
    'Approve with `countersign approve <id>`, which signs.',
  ],
  signature_invalid: [
    'admin',
    'The merge carries a signature that does not hold.',
    'Approve with `countersign approve <id>` and a key of allowed_signers.',
  ],
  approver_unknown: [
    'admin',
    'The key that signed the merge belongs to no principal of the allowed_signers in force.',
    'Have somebody in allowed_signers approve.',
  ],
  approver_role: [
    'admin',
    'Whoever signed the merge does not have the role that the tier demands.',
    'Have somebody with that role approve; for high an admin.',
  ],
  approver_excluded: [
    'admin',
    'Whoever signed the merge is listed under `never`, or is not among the pinned `admins`.',
    'Have somebody else approve.',
  ],
  self_approval: [
    'admin',
    'Whoever signed the merge also requested it. Two keys need two people.',
    'Have somebody else approve.',
  ],
  binding_mismatch: [
    'admin',
    'What was merged is not exactly what was requested: parents, changed paths or content differ.',
    'Request it anew, and approve that with `countersign approve <id>`.',
  ],
})

/** What could not be verified now and is asked again. */
const UNVERIFIABLE = reasons({
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

/** What can be wrong inside an action, formula, policy or allowed_signers. */
const PROBLEM = reasons({
  file_too_large: ['requester', 'The file is larger than its limit.', 'Shorten it.'],
  too_many: ['requester', 'There are more files or values than the limit allows.', 'Remove some.'],
  not_utf8: [
    'requester',
    'The file is not valid UTF-8, or holds NUL bytes or a byte order mark.',
    'Save it as UTF-8 without a byte order mark.',
  ],
  toml_syntax: ['requester', 'The file is not valid TOML.', 'Correct the line that the message names.'],
  toml_depth: ['requester', 'Tables or dotted keys are nested deeper than any format here needs.', 'Flatten it.'],
  unknown_key: [
    'requester',
    'A key that the format does not have. Unknown keys are errors, so that a typo cannot switch a gate off.',
    'Remove or correct it.',
  ],
  missing_key: ['requester', 'A required key is missing.', 'Add it.'],
  wrong_type: ['requester', 'A value has the wrong type.', 'Correct it.'],
  bad_value: ['requester', 'A value is outside what is allowed.', 'Correct it.'],
  id_not_file_name: ['requester', "The `id` inside is not the file's name.", 'Make them equal.'],
  not_supported: [
    'requester',
    'A key whose behaviour this version does not have. It is refused rather than ignored.',
    'Remove it.',
  ],
  dispatch_mode_forbidden: [
    'requester',
    '`dispatch_mode` let a request skip its gate in older systems. It is refused by name.',
    'Remove it; the policy decides.',
  ],
  variable_undeclared: ['requester', 'The formula has no such variable.', 'Remove it, or correct its name.'],
  variable_missing: ['requester', 'A required variable has no value.', 'Add it under `[vars]`.'],
  variable_rejected: [
    'requester',
    "A variable's value does not match what the formula allows.",
    'Use a value that matches the pattern or list in the message.',
  ],
  secret_not_allowed: [
    'requester',
    'The formula does not allow this secret.',
    'Remove it, or have an admin allow it in the formula.',
  ],
  tool_not_allowed: [
    'requester',
    'The formula does not allow this tool.',
    'Remove it, or have an admin allow it in the formula.',
  ],
  model_not_allowed: [
    'requester',
    'The formula does not allow this model.',
    'Remove it, or have an admin allow it in the formula.',
  ],
  mount_not_allowed: [
    'requester',
    'The formula does not allow this mount.',
    'Remove it, or have an admin allow it in the formula.',
  ],
  variable_unbound: [
    'admin',
    'A variable of a formula that takes secrets has neither `pattern` nor `one_of` (law 9).',
    'Give it one.',
  ],
  needs_unknown: [
    'admin',
    'A step needs a step that does not come before it.',
    'Correct `needs`, or the order of the steps.',
  ],
  duplicate: ['admin', 'The same thing is named twice.', 'Remove one.'],
  tier_without_formula: [
    'admin',
    '`[tiers]` names a formula that does not exist.',
    'Remove the line, or add the formula.',
  ],
  formula_without_tier: [
    'admin',
    'A formula has no line in `[tiers]`, so it is high.',
    'Give it a tier, also if that is high.',
  ],
  signer_line: [
    'admin',
    'A line of allowed_signers is not exactly one literal principal and one key, without options.',
    'Write `<principal> <key type> <key>`; removal is revocation.',
  ],
  signer_without_key: [
    'admin',
    '`[signers]` names a principal that has no key in allowed_signers.',
    'Add the key, or remove the principal.',
  ],
  no_admin: [
    'admin',
    'The set leaves nobody who could approve high tier or repair the policy.',
    'Name at least one admin under `[signers]` with a key in allowed_signers.',
  ],
  file_missing: ['admin', 'A file of the trust set is missing.', 'Restore it.'],
})

/** What can be wrong with a change of the trust set. */
const TRUST = reasons({
  trust_change_unauthorised: [
    'admin',
    "A commit changed the trust set without an admin's second key.",
    "Restore the set in force, then change it with an admin's key.",
  ],
  trust_change_on_unauthorised: [
    'admin',
    "An admin's change stands on an unauthorised one, and would launder it.",
    'Restore the set in force first, then change it.',
  ],
  trust_set_unusable: [
    'admin',
    'An admin brought a set that cannot be used.',
    "Repair it with an admin's key; the last set in force judges the repair.",
  ],
  main_rewritten: [
    'operator',
    'The main that was seen last is not on the first-parent line of main any more: a rewrite, or a merge the wrong way round.',
    'Find out who did it; restore main, or accept it with `countersign unfreeze --root COMMIT`.',
  ],
  root_missing: [
    'operator',
    "The trust root is not on main's first-parent line.",
    'Correct `[trust] root`, or accept a new one with `countersign unfreeze --root COMMIT`.',
  ],
})

/** Why an outcome is not simply what the process said. */
const OUTCOME = reasons({
  ended: ['nobody', 'The run ended and said how.', 'Nothing to do.'],
  step_failed: [
    'operator',
    'A step failed; the steps after it did not run.',
    'Read the log tail in the outcome, and ask again under a new id.',
  ],
  time_limit: [
    'operator',
    'The run reached its time limit and was killed.',
    'Raise `timeout_minutes`, or make the work shorter.',
  ],
  planned_only: [
    'nobody',
    'A dry run: the plan was recorded, and only steps that the formula marks for it ran.',
    'Nothing to do.',
  ],
  not_started_in_time: [
    'operator',
    'The run was never started, and its time to start has passed.',
    'Ask again under a new id.',
  ],
  could_not_start: [
    'operator',
    'The run could not be started; nothing of it ran.',
    'Read the log tail, and ask again under a new id.',
  ],
  end_unknown: [
    'operator',
    'The run may have happened, wholly or in part, and its end is not known. It is never run again by itself.',
    'Look at what it was to change, then ask again under a new id.',
  ],
  taken_over: [
    'operator',
    'The dispatcher that claimed it did not report in time. The run may have happened.',
    'Look at what it was to change, and at that dispatcher.',
  ],
})

/** What `verify` and the watch over records can find. */
const FINDING = reasons({
  record_foreign: [
    'auditor',
    'A record was changed, removed or added by something that is not a dispatcher.',
    'Find out who pushed it; the dispatcher undoes it.',
  ],
  record_malformed: ['auditor', 'A record cannot be read.', 'Compare with the history of the file.'],
  record_misplaced: ['auditor', 'A record lies where it does not belong.', 'Compare with the history of the file.'],
  record_missing: [
    'auditor',
    'A record that should be there is not.',
    'Look in the history for the commit that removed it.',
  ],
  record_changed: [
    'auditor',
    'A record was changed or removed after it was written.',
    'Look in the history for the commit that changed it.',
  ],
  record_signature: ['auditor', 'The signature of a record does not hold.', 'Treat the record as forged.'],
  record_key_unknown: [
    'auditor',
    'A record is signed by a key that is not pinned.',
    'Pin the key of that dispatcher, or treat the record as forged.',
  ],
  subject_mismatch: [
    'auditor',
    'The action beside a record is not the one that the record speaks of.',
    'Treat the record as forged.',
  ],
  intent_mismatch: ['auditor', 'An outcome does not belong to the intent beside it.', 'Treat the outcome as forged.'],
  claimed_twice: ['auditor', 'One id was claimed more than once.', 'Find out which claim was run.'],
  trust_set_mismatch: [
    'auditor',
    'A record names a trust set that was not in force at its claim.',
    'Treat the record as forged, or its dispatcher as misled.',
  ],
  tier_mismatch: [
    'auditor',
    'The tier in a record is not what the policy in force at its claim gives.',
    'Treat the record as forged, or its dispatcher as misled.',
  ],
  second_key_mismatch: [
    'auditor',
    'The second key that a record names does not hold.',
    'Treat the action as not approved.',
  ],
  action_mismatch: [
    'auditor',
    'What a record says of its action (formula, variables, dry run, time limit, expiry) is not what the action and the formula in force give.',
    'Treat the record as forged, or its dispatcher as misled.',
  ],
  claimed_while_stopped: [
    'auditor',
    'An action was claimed while nothing could be: writing was disabled, or the trust set on main could not be used.',
    'Treat the record as forged, or its dispatcher as misled.',
  ],
  unauthorised_policy: [
    'auditor',
    'A commit on main changed the trust set without authority.',
    "Restore the set in force, then change it with an admin's key.",
  ],
})

const grouped = <T extends Record<string, readonly [Who, string, string]>>(
  group: Group,
  table: T,
): Record<keyof T, Reason> =>
  Object.fromEntries(
    Object.entries(table).map(([code, [who, meaning, remedy]]) => [code, { group, who, meaning, remedy }]),
  ) as Record<keyof T, Reason>

export type FireReason = keyof typeof FIRE
export type WaitReason = keyof typeof WAIT
export type RefuseReason = keyof typeof REFUSE | keyof typeof PROBLEM
export type UnverifiableReason = keyof typeof UNVERIFIABLE
export type ProblemCode = keyof typeof PROBLEM
export type TrustReason = keyof typeof TRUST
export type OutcomeReason = keyof typeof OUTCOME
export type FindingCode = keyof typeof FINDING
export type ReasonCode =
  | FireReason
  | WaitReason
  | RefuseReason
  | UnverifiableReason
  | TrustReason
  | OutcomeReason
  | FindingCode

export const REASONS: Readonly<Record<ReasonCode, Reason>> = {
  ...grouped('fire', FIRE),
  ...grouped('wait', WAIT),
  ...grouped('refuse', REFUSE),
  ...grouped('unverifiable', UNVERIFIABLE),
  ...grouped('problem', PROBLEM),
  ...grouped('trust', TRUST),
  ...grouped('outcome', OUTCOME),
  ...grouped('finding', FINDING),
}
