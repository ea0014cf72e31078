/** `npm run bench [-- --only PART,… --records N,N --open N,N --crowd N,N --burst N]`: a table for people, and JSON in bench-results.json. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { benchBurst } from './burst.js'
import { benchIdleTick } from './idle-tick.js'
import type { Figure } from './measure.js'
import { benchMergeToStart } from './merge-to-start.js'
import { benchParse } from './parse.js'
import { benchWeek } from './week.js'

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '0,10000,100000' },
    open: { type: 'string', default: '0,1000' },
    burst: { type: 'string', default: '1000' },
    crowd: { type: 'string', default: '10000' },
    only: { type: 'string', default: 'parse,burst,merge,ticks,week' },
    json: { type: 'string', default: 'bench-results.json' },
  },
})

const numbers = (text: string) => text.split(',').map(Number)
const isWanted = (part: string) => values.only.split(',').includes(part)
const figures: Figure[] = []
const take = (more: readonly Figure[]) => {
  figures.push(...more)
  for (const figure of more)
    console.error(`${figure.name}: ${figure.ms.toFixed(1)} ms, ${ratioOf(figure)} of ${figure.floor}`)
}

if (isWanted('parse')) take(await benchParse())
if (isWanted('burst')) take(await benchBurst(Number(values.burst)))
if (isWanted('merge')) take(await benchMergeToStart())
if (isWanted('ticks')) {
  for (const records of numbers(values.records)) {
    for (const open of numbers(values.open)) take(await benchIdleTick({ records, open }))
  }
  for (const open of numbers(values.crowd)) take(await benchIdleTick({ records: 0, open }))
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
