/** The table of docs/crash-model.md. */
import type { Row } from './rows.js'
import type { Lies } from './story.js'

const TIMES = ['never started', 'started once']

export function renderTable(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) => `| ${row.effect} | ${row.died} | ${wordsOf(row.lies)} | ${row.next} | ${endOf(row)} |`,
  )
  return [
    '| the dispatcher … | dies | then there is | the next tick … | in the end |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}

function wordsOf({ run, isUsed, main, hasBranch }: Lies): string {
  const disk = [...(run === 'nothing' ? [] : [`run ${run}`]), ...(isUsed ? ['id used'] : [])]
  return `disk: ${disk.join(', ') || 'nothing'}; main: ${main}; ${hasBranch ? 'branch there' : 'branch gone'}`
}

function endOf({ after: { starts, status } }: Row): string {
  return `${status}, ${TIMES[starts] ?? `started ${starts} times`}`
}
