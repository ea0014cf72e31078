/** What can be wrong with main and the trust set. */
import { reasons } from './reason.js'

/** What can be wrong with a change of the trust set. */
export const TRUST = reasons({
  trust_change_unauthorised: [
    'admin',
    "A commit changed the trust set without an admin's second key.",
    "Restore the set in force, then change it with an admin's second key.",
  ],
  trust_change_on_unauthorised: [
    'admin',
    "An admin's change stands on an unauthorised one, and would launder it.",
    'Restore the set in force first, then change it.',
  ],
  trust_set_unusable: [
    'admin',
    'An admin brought a set that cannot be used.',
    "Repair it with an admin's second key; the last set in force judges the repair.",
  ],
  main_rewritten: [
    'operator',
    'The main that was seen last is not on the first-parent line of main any more: a rewrite, or a merge the wrong way round.',
    'Find out who did it; restore main, or accept it with `countersign unfreeze --root COMMIT`.',
  ],
  root_missing: [
    'operator',
    "The trust root is not on main's first-parent line.",
    'Correct `--root`, or `[trust] root` of the configuration; or accept a new one with `countersign unfreeze --root COMMIT`.',
  ],
})
