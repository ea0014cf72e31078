/** How runs end, and what the watch over records and `verify` find. */
import { reasons } from './reason.js'

/** Why an outcome is not simply what the process said. */
export const OUTCOME = reasons({
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
export const FINDING = reasons({
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
    "Restore the set in force, then change it with an admin's second key.",
  ],
})
