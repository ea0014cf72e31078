/** What is signed before a run: what will run, in which tier, why it may, by whom, under which policy (law 7). */
import { z } from 'zod'
import type { FireReason } from '../reasons.js'
import { TIERS } from '../tier.js'
import { evidence } from './evidence.js'
import {
  actionIdField,
  dispatcherField,
  oidField,
  reasonField,
  ruleField,
  sha256Field,
  timestampField,
  tokenField,
} from './field.js'

/** Which trust set judged: enough to find and recompute it from a clone. */
const trustReference = z
  .strictObject({
    root: oidField,
    /** The commit that brought the set into force. */
    commit: oidField,
    policy_blob: oidField,
    signers_blob: oidField.nullable(),
    formulas_tree: oidField,
    formula: z.string().min(1),
    formula_sha256: sha256Field,
  })
  .readonly()

export const intentSchema = z
  .strictObject({
    id: actionIdField,
    formula: z.string().min(1),
    tier: z.enum(TIERS),
    reason: reasonField<FireReason>('fire'),
    rules: z.array(ruleField).readonly(),
    dry_run: z.boolean(),
    trust_set: trustReference,
    evidence,
    /** Main when it was decided; the claim's commit is the first one after it that holds this intent. */
    base: oidField,
    /** The request's head; null for an action that waited on main and whose branch is gone or was never there. */
    request_head: oidField.nullable(),
    dispatcher: dispatcherField,
    nonce: tokenField,
    claimed_at: timestampField,
    start_by: timestampField,
    timeout_minutes: z.int().positive(),
  })
  // Law 1 in the format itself: an intent without a second key cannot be written, nor read, but for the low tier.
  .refine(({ tier, evidence }) => tier === 'low' || evidence.kind !== 'policy', {
    error: 'only the low tier fires on policy alone',
    path: ['evidence'],
  })
  .readonly()
export type Intent = z.infer<typeof intentSchema>
