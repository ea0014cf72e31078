// Runs dependency-cruiser over the sources, and fails where it did not look: with a compiler that it does not
// know it reports "no violations, 0 modules", and that must not pass for a clean house.
import { existsSync, readdirSync } from 'node:fs'
import { cruise, format, type ICruiseResult } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'

const rooms = ['vault', 'lib', 'dispatcher'].filter((room) => existsSync(room))
const sources = rooms.flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${room}/${name}`),
)

const { output } = await cruise(rooms, await extractOptions('./.dependency-cruiser.cjs'))
const result = output as ICruiseResult
const report = await format(result, { outputType: 'err' })
console.log(report.output)

const seen = new Set(result.modules.map((module) => module.source))
const unseen = sources.filter((source) => !seen.has(source))
if (sources.length === 0) console.error('There are no sources to cruise.')
if (unseen.length > 0) console.error(`dependency-cruiser did not look at:\n  ${unseen.join('\n  ')}`)

process.exitCode = report.exitCode > 0 || sources.length === 0 || unseen.length > 0 ? 1 : 0
