const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** "in 3 hours", "2 days ago": the largest unit that fits, for people beside an exact time. */
export function renderDuration(ms: number): string {
  const [name, size] = UNITS.find(([, unitMs]) => Math.abs(ms) >= unitMs) ?? ['second', 1_000]
  const count = Math.round(Math.abs(ms) / size)
  const text = `${count} ${name}${count === 1 ? '' : 's'}`
  return ms < 0 ? `${text} ago` : `in ${text}`
}
