/**
 * `npm run simulate -- --schedules N [--seed S] [--workers K]`; `--replay SEED` plays one, and shrinks it if it
 * fails; `--trace` says what happens in it. `--mixed`: dispatchers also join main while records on it are tampered with.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Coverage } from './coverage.js'
import { type Played, playMany } from './crew.js'
import { LAWS } from './judge/violation.js'
import { BuiltTree } from './mutants/build-tree.js'
import { renderPairs, renderTotals } from './report.js'
import { scheduleOf } from './schedule.js'
import { shrink } from './shrink.js'
import { simulate } from './simulate.js'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    replay: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mixed: { type: 'boolean', default: false },
  },
})

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
  const tree = BuiltTree.make()
  try {
    const [schedules, from, workers] = [values.schedules, values.seed, values.workers].map(Number)
    let shown = 0
    let told = 0
    const played = await playMany({
      ...{
        tree,
        from: from!,
        schedules: schedules!,
        workers: workers!,
        stopsAtFirst: false,
        mixesNewcomers: values.mixed,
      },
      onProgress: (now) => {
        // At once: whoever stops a long play keeps what it found.
        for (; told < now.found.length; told++) process.stderr.write(`${wordsOf(now.found[told]!)}\n`)
        if (now.schedules - shown < Math.max(100, schedules! / 50)) return
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
  } finally {
    tree.remove()
  }
}

const holds = values.replay === undefined ? await many() : await replay(Number(values.replay))
process.exitCode = holds ? 0 : 1
