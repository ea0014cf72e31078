/** What is undone is a decision as any other. */
import { judgeDecision } from './claims.js'
import type { Judge, Written } from './judge.js'
import { type ReadRecord, textOf } from './record.js'

export function judgeIncident(judge: Judge, written: Written, record: ReadRecord | null): void {
  const said = record?.predicate ?? {}
  const what = `the incident of ${textOf(said, 'at')} by ${written.by.host}`
  judgeDecision(
    judge,
    { what, base: textOf(said, 'base'), at: Date.parse(textOf(said, 'at')), trustCommit: null },
    written,
  )
}
