/** Times in records: UTC, to the millisecond, in one spelling. No clock is read here. */

/** `2026-11-22T08:00:00.000Z`. */
export function timestampOf(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

/** Epoch milliseconds; null for every spelling but the one that `timestampOf` writes. */
export function parseTimestamp(text: string): number | null {
  const epochMs = Date.parse(text)
  return Number.isFinite(epochMs) && timestampOf(epochMs) === text ? epochMs : null
}

/** The day of a record's folder: `2026-11-22`, in UTC. */
export function dayOf(epochMs: number): string {
  return timestampOf(epochMs).slice(0, 10)
}

/** The time of day in an event's file name: `080000000`, so that names sort by time. */
export function timeOfDay(epochMs: number): string {
  return timestampOf(epochMs).slice(11, 23).replace(/[:.]/g, '')
}

export function isDay(text: string): boolean {
  return text.length === 10 && parseTimestamp(`${text}T00:00:00.000Z`) !== null
}
