/** What can be wrong inside a file. */
import { reasons } from './reason.js'

/** What can be wrong inside an action, formula, policy or allowed_signers. */
export const PROBLEM = reasons({
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
