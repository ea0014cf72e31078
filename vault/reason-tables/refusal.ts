/** Reasons of refusals, beside what is wrong inside the file itself. */
import { reasons } from './reason.js'

/** What was verified to be wrong. */
export const REFUSE = reasons({
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
    'It is not known who asks for this medium or high action: in plain git a commit is not signed by a principal of allowed_signers, in a forge its author or a pusher is not named.',
    'In plain git, sign each commit with your own SSH key (`countersign request` does), and have an admin add the key; in a forge, push and open the pull request with an account of your own.',
  ],
  no_second_key: [
    'admin',
    'The action reached main without a merge that could be a second key (a direct commit, a squash or a rebase).',
    'Request it on a branch, and approve that with `countersign approve <id>`, or in a forge by merging its pull request. There, allow merge commits only (no squash, no rebase), and let nobody but the dispatcher push to main.',
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
    'Whoever made the merge does not have the role or permission that the tier demands.',
    'Have somebody with it approve; for high an admin.',
  ],
  approver_excluded: [
    'admin',
    'Whoever made the merge is listed under `never`, or is not among the pinned `admins`.',
    'Have somebody else approve.',
  ],
  self_approval: [
    'admin',
    'Whoever made the merge also requested it. Two keys need two people.',
    'Have somebody else approve.',
  ],
  binding_mismatch: [
    'admin',
    'What was merged is not exactly what was requested: parents, changed paths or content differ.',
    'Request it anew, and approve that with `countersign approve <id>` or by merging its pull request.',
  ],
})
