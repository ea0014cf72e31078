/** What was played, in words and tables. */
import type { Coverage } from './coverage.js'
import type { Played } from './crew.js'

/** A line for each effect: each fault, and how often it hit. */
export function renderPairs({ pairs, people }: Coverage): string {
  const byEffect = new Map<string, string[]>()
  for (const [pair, count] of [...pairs].sort()) {
    const [effect = '', fault = ''] = pair.split(' | ')
    byEffect.set(effect, [...(byEffect.get(effect) ?? []), `${fault} ${count}`])
  }
  const effects = [...byEffect].map(([effect, faults]) => `${effect.padEnd(22)} ${faults.join(', ')}`)
  const acts = [...people].sort().map(([name, count]) => `${name} ${count}`)
  return [...effects, '', `acts: ${acts.join(', ')}`].join('\n')
}

export function renderTotals({ schedules, coverage, found }: Played, ms: number): string {
  const { steps, effects, faults, crashes, pairs } = coverage
  const perMinute = Math.round((schedules / ms) * 60_000)
  const numbers = `${schedules} schedules, ${steps} steps, ${effects} effects, ${faults} faults, ${crashes} crashes, ${pairs.size} pairs of effect and fault`
  return `${numbers}; ${Math.round(ms / 1000)} s, ${perMinute} schedules a minute; ${found.length} violations`
}
