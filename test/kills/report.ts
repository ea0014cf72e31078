/** What a play came to, for people. */
import type { KillLog } from './kill-log.js'
import type { Played } from './play.js'
import { endOf } from './verdict.js'

export function holds({ violations, faults }: Played): boolean {
  return violations.length === 0 && faults.length === 0
}

export function render(played: Played): string {
  const { facts, log, violations, faults, ownEnds, troubles, junk } = played
  const ends = tally(facts.asked.map((asked) => endOf(asked, facts)))
  const doubled = violations.filter(({ fault }) => fault === 'doubled effect').length
  const lost = violations.filter(({ fault }) => fault === 'lost request').length
  return [
    `kills                ${log.total}`,
    ...renderKills(log),
    `requests             ${facts.asked.length}`,
    ...[...ends].map(([end, count]) => row(end, count)),
    `runs that began      ${facts.effects.filter(({ word }) => word === 'begin').length}`,
    `runs lost by kills   ${log.lost.size}`,
    `doubled effects      ${doubled}`,
    `lost requests        ${lost}`,
    `other violations     ${violations.length - doubled - lost + faults.length}`,
    `daemons that ended by themselves and were started again: ${ownEnds.length}`,
    ...[...tally(ownEnds.map(({ code, words }) => `exit ${code}: ${lastLine(words)}`))].map(([why, n]) => row(why, n)),
    `pushes and approvals of people that failed, and were tried again: ${troubles.length}`,
    ...troubles.slice(0, 5).map((trouble) => `  ${trouble.slice(0, 300)}`),
    `quarantine folders in the ops repo, which git's gc removes: ${junk.quarantines}`,
    ...violations.map(({ fault, id, detail }) => `VIOLATION ${fault}: ${id}: ${detail}`),
    ...faults.map((fault) => `FAULT ${fault}`),
  ].join('\n')
}

function renderKills(log: KillLog): readonly string[] {
  const gits = [...log.gitCommands].map(([command, count]) => `${command} ${count}`).join(', ')
  return [...[...log.kills].map(([target, count]) => row(target, count)), `  git by command: ${gits}`]
}

function row(name: string, count: number): string {
  return `  ${name.padEnd(24)} ${count}`
}

function lastLine(words: string): string {
  return (words.trim().split('\n').at(-1) ?? '').slice(0, 200)
}

function tally<T>(items: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}
