/** Everything else that is recorded: a refusal on main, an incident, a freeze. */
import { z } from 'zod'
import type { FindingCode, RefuseReason, TrustReason } from '../reasons.js'
import { dispatcherField, oidField, reasonField, ruleField, timestampField } from './field.js'

/** Main when it was decided, when that was, and who says so. */
const context = { base: oidField, at: timestampField, dispatcher: dispatcherField }

const refused = z
  .strictObject({
    event: z.literal('refused'),
    /** The file's stem, which need not be a valid id (that of `.toml` is empty): that may be why it was refused. */
    id: z.string(),
    reason: reasonField<RefuseReason>('refuse', 'problem'),
    rules: z.array(ruleField).readonly(),
    commit: oidField.nullable(),
    trust_set_commit: oidField,
    ...context,
  })
  .readonly()

const incident = z
  .strictObject({
    event: z.literal('incident'),
    reason: reasonField<FindingCode>('finding'),
    paths: z.array(z.string()).readonly(),
    ...context,
  })
  .readonly()

const freeze = z
  .strictObject({
    event: z.enum(['freeze', 'unfreeze']),
    reason: z.string(),
    cause: z.union([z.literal('operator'), reasonField<TrustReason>('trust')]),
    root: oidField.nullable(),
    ...context,
  })
  .readonly()

export const decisionSchema = z.discriminatedUnion('event', [refused, incident, freeze])
export type Decision = z.infer<typeof decisionSchema>

/** What has its own file under `vault/ledger/`; a refusal lies beside its action instead. */
export type LedgerEvent = Exclude<Decision['event'], 'refused'>
export const LEDGER_EVENTS = ['incident', 'freeze', 'unfreeze'] as const satisfies readonly LedgerEvent[]
