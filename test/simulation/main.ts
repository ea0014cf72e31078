/** `npm run simulate -- --help`: many schedules, or one that is replayed, and made smaller if it fails. */
import { availableParallelism } from 'node:os'
import { commandLine, count, wholeNumber } from '../command-line/command-line.js'
import { Coverage } from './coverage.js'
import { type Played, playMany } from './crew.js'
import { LAWS } from './judge/violation.js'
import { BuiltTree } from './mutants/build-tree.js'
import { renderPairs, renderTotals } from './report.js'
import { scheduleOf } from './schedule.js'
import { shrink } from './shrink.js'
import { simulate } from './simulate.js'

const values = commandLine(
  'npm run simulate --',
  'Plays schedules on simulated ports, and judges what the dispatcher does.',
)
  .option('--schedules <count>', 'how many', count, 1000)
  .option('--seed <seed>', 'of the first one', wholeNumber, 1)
  .option('--workers <count>', 'how many threads play', count, availableParallelism())
  .option('--replay <seed>', 'play this one alone, and make it smaller if it fails', wholeNumber)
  .option('--trace', 'say all that happens in the smaller one', false)
  .option('--mixed', 'dispatchers also join main while records on it are tampered with', false)
  .parse()
  .opts<{ schedules: number; seed: number; workers: number; replay?: number; trace: boolean; mixed: boolean }>()

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Plays one seed; a failing one is made smaller and shown whole. */
async function replay(seed: number): Promise<boolean> {
  const schedule = scheduleOf(seed, { mixesNewcomers: values.mixed })
  const { violation, step } = await simulate(schedule, new Coverage())
  if (violation === null) {
    say(`seed ${seed}: all laws hold`)
    return true
  }
  say(`seed ${seed}, ${step === null ? 'at the end' : `step ${step}`}: ${violation.law} (${LAWS[violation.law]})`)
  say(`  ${violation.detail}`)
  const small = await shrink(
    schedule,
    async (candidate) => (await simulate(candidate, new Coverage())).violation?.law === violation.law,
  )
  say(`shrunk from ${schedule.steps.length} steps to ${small.steps.length}: ${JSON.stringify(small)}`)
  if (values.trace) await simulate(small, new Coverage(), say)
  return false
}

function wordsOf({ seed, violation: { law, detail } }: Played['found'][number]): string {
  return `seed ${seed}: ${law}: ${detail}`
}

async function many(): Promise<boolean> {
  const started = performance.now()
  const tree = await BuiltTree.make()
  const { schedules, seed: from, workers } = values
  let shown = 0
  let told = 0
  const played = await playMany({
    ...{ tree, from, schedules, workers, stopsAtFirst: false, mixesNewcomers: values.mixed },
    onProgress: (now) => {
      // At once: whoever stops a long play keeps what it found.
      for (; told < now.found.length; told++) process.stderr.write(`${wordsOf(now.found[told]!)}\n`)
      if (now.schedules - shown < Math.max(100, schedules / 50)) return
      shown = now.schedules
      process.stderr.write(`${now.schedules} of ${schedules} schedules, ${now.found.length} violations\n`)
    },
  })
  say(renderPairs(played.coverage))
  say(renderTotals(played, performance.now() - started))
  for (const found of played.found.slice(0, 20)) say(wordsOf(found))
  const [first] = played.found
  if (first !== undefined) await replay(first.seed)
  return first === undefined
}

const holds = values.replay === undefined ? await many() : await replay(values.replay)
process.exitCode = holds ? 0 : 1
