/** Which fired actions `log` shows. */
import type { LogLine } from '../../vault/audit/log-line.js'
import { isDay } from '../../vault/record/time.js'
import { TIERS } from '../../vault/tier.js'
import { usageError } from '../cli/terminal.js'
import type { FiredLog, LogEntry } from './fired-log.js'

export interface LogFilter {
  readonly tier?: string | undefined
  readonly formula?: string | undefined
  readonly day?: string | undefined
  readonly since?: string | undefined
}

export function checkFilter({ tier, day, since }: LogFilter): void {
  if (tier !== undefined && !TIERS.some((known) => known === tier)) {
    throw usageError(`--tier takes one of ${TIERS.join(', ')}, not ${JSON.stringify(tier)}`)
  }
  for (const [option, value] of [
    ['--day', day],
    ['--since', since],
  ] as const) {
    if (value !== undefined && !isDay(value))
      throw usageError(`${option} takes a day like 2026-11-22 (UTC), not ${JSON.stringify(value)}`)
  }
}

/** The last `limit` that fit, oldest first; days are read from the newest on, and no more of them than it takes. */
export async function lastEntries(log: FiredLog, filter: LogFilter, limit: number): Promise<readonly LogEntry[]> {
  const days = (await log.days()).filter(
    (day) => (filter.day === undefined || day === filter.day) && day >= (filter.since ?? ''),
  )
  const found: (readonly LogEntry[])[] = []
  let count = 0
  for (const day of days.toReversed()) {
    if (count >= limit) break
    const fitting = (await log.readDay(day)).filter(({ line }) => fits(line, filter))
    found.unshift(fitting)
    count += fitting.length
  }
  return found.flat().slice(Math.max(0, count - limit))
}

function fits(line: LogLine, { tier, formula }: LogFilter): boolean {
  return (tier === undefined || line.tier === tier) && (formula === undefined || line.formula === formula)
}
