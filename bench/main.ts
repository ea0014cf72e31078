/** `npm run bench -- --help`: a table for people, and JSON in a file. */
import { writeFileSync } from 'node:fs'
import Table from 'cli-table3'
import { commandLine, count, someOf, wholeNumbers } from '../test/command-line/command-line.js'
import { benchBurst } from './burst.js'
import { benchIdleTick } from './idle-tick.js'
import type { Figure } from './measure.js'
import { benchMergeToStart } from './merge-to-start.js'
import { benchParse } from './parse.js'
import { benchWeek } from './week.js'

const PARTS = ['parse', 'burst', 'merge', 'ticks', 'week'] as const
type Part = (typeof PARTS)[number]

const values = commandLine('npm run bench --', 'Measures how fast it is.')
  .option('--only <parts>', `some of ${PARTS.join(',')}`, someOf(PARTS), PARTS)
  .option('--records <counts>', 'idle ticks: how much history', wholeNumbers, [0, 10_000, 100_000])
  .option('--open <counts>', 'idle ticks: how many open requests', wholeNumbers, [0, 1000])
  .option('--crowd <counts>', 'idle ticks without history: how many open requests', wholeNumbers, [10_000])
  .option('--burst <count>', 'how many actions at once', count, 1000)
  .option('--json <file>', 'where the figures go', 'bench-results.json')
  .parse()
  .opts<{
    only: readonly Part[]
    records: readonly number[]
    open: readonly number[]
    crowd: readonly number[]
    burst: number
    json: string
  }>()

const isWanted = (part: Part) => values.only.includes(part)
const figures: Figure[] = []
const take = (more: readonly Figure[]) => {
  figures.push(...more)
  for (const figure of more)
    console.error(`${figure.name}: ${figure.ms.toFixed(1)} ms, ${ratioOf(figure)} of ${figure.floor}`)
}

if (isWanted('parse')) take(await benchParse())
if (isWanted('burst')) take(await benchBurst(values.burst))
if (isWanted('merge')) take(await benchMergeToStart())
if (isWanted('ticks')) {
  for (const records of values.records) {
    for (const open of values.open) take(await benchIdleTick({ records, open }))
  }
  for (const open of values.crowd) take(await benchIdleTick({ records: 0, open }))
}
if (isWanted('week')) take(await benchWeek())

const table = new Table({ head: ['what', 'ms', 'floor', 'floor ms', 'ratio', 'note'] })
for (const figure of figures)
  table.push([
    figure.name,
    figure.ms.toFixed(1),
    figure.floor,
    figure.floorMs.toFixed(1),
    ratioOf(figure),
    figure.note ?? '',
  ])
console.log(table.toString())
writeFileSync(
  values.json,
  `${JSON.stringify(
    figures.map((figure) => ({ ...figure, ratio: figure.ms / figure.floorMs })),
    null,
    2,
  )}\n`,
)

function ratioOf({ ms, floorMs }: Figure): string {
  return `${(ms / floorMs).toFixed(2)}x`
}
