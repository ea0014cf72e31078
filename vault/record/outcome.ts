/** What is signed after a run: how it ended. */
import { z } from 'zod'
import type { OutcomeReason } from '../reasons.js'
import { actionIdField, dispatcherField, reasonField, sha256Field, timestampField } from './field.js'

export const OUTCOME_STATUSES = ['succeeded', 'failed', 'timed_out', 'cancelled', 'indeterminate'] as const
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number]

/** Not z.record: that drops a key `__proto__`, so an output of that name would make its outcome unwritable. */
const outputs = z.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((output) => typeof output === 'string'),
  { error: 'not a table of texts' },
)

export const outcomeSchema = z
  .strictObject({
    id: actionIdField,
    /** SHA-256 (hex) of the bytes of `intent.json`. */
    intent_sha256: sha256Field,
    status: z.enum(OUTCOME_STATUSES),
    reason: reasonField<OutcomeReason>('outcome'),
    dry_run: z.boolean(),
    exit_code: z.int().nullable(),
    failed_step: z.string().nullable(),
    started_at: timestampField.nullable(),
    ended_at: timestampField,
    outputs,
    /** SHA-256 (hex) of the whole redacted log. */
    log_sha256: sha256Field.nullable(),
    log_tail: z.string(),
    /** The runner's own id of the run. */
    external_id: z.string().nullable(),
    dispatcher: dispatcherField,
  })
  .readonly()
export type Outcome = z.infer<typeof outcomeSchema>
