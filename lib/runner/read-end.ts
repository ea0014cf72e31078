/** Reads how a run ended; also what can be said of one whose end cannot be known. */
import { z } from 'zod'
import { LIMITS } from '../../vault/limits.js'
import { type OutcomeReason, REASONS } from '../../vault/reasons.js'
import { OUTCOME_STATUSES } from '../../vault/record/statement.js'
import { unseal } from './end-seal.js'
import { tailText } from './log-tail.js'
import type { RunEnd } from './port.js'
import { readRegular } from './read-regular.js'
import type { RunLayout } from './run-layout.js'

const time = z.number().int().nonnegative()
const isOutcomeReason = (code: string): code is OutcomeReason =>
  Object.hasOwn(REASONS, code) && REASONS[code as OutcomeReason].group === 'outcome'

const runEnd = z.strictObject({
  status: z.enum(OUTCOME_STATUSES),
  reason: z.custom<OutcomeReason>((code) => typeof code === 'string' && isOutcomeReason(code)),
  exitCode: z.number().int().nullable(),
  failedStep: z.string().nullable(),
  startedAt: time.nullable(),
  endedAt: time,
  outputs: z.record(z.string(), z.string()),
  logSha256: z.string().nullable(),
  logTail: z.string(),
  externalId: z.string().nullable(),
})

/** Null where there is none, where it is not whole, and where the run wrote it: then the end is not known. */
export function readEnd(layout: RunLayout, endKey: string): RunEnd | null {
  const bytes = readRegular(layout.end, 'start', LIMITS.runEndBytes)
  const line = typeof bytes === 'string' ? null : unseal(bytes.toString('utf8'), layout.nonce, endKey)
  if (line === null) return null
  try {
    return runEnd.parse(JSON.parse(line))
  } catch {
    return null
  }
}

/** With a line of ours at the end of its log tail. */
export function withNote(end: RunEnd, words: string, tailBytes: number): RunEnd {
  return { ...end, logTail: tailText(Buffer.from(`${end.logTail}\n[countersign] ${words}\n`), tailBytes) }
}

/** What is known of a run whose end is not. */
export function lostEnd(layout: RunLayout, startedAt: number | null, tailBytes: number): RunEnd {
  // What is in the log was redacted before it was written.
  const tail = readRegular(layout.log, 'end', tailBytes)
  return {
    status: 'indeterminate',
    reason: 'end_unknown',
    exitCode: null,
    failedStep: null,
    startedAt,
    endedAt: Date.now(),
    outputs: {},
    logSha256: null,
    logTail: typeof tail === 'string' ? '' : tailText(tail, tailBytes),
    externalId: null,
  }
}
