/** `npm run kills -- --help`: the long form. Ctrl-C ends the killing, and judges what there is. */
import { commandLine, count, wholeNumber } from '../command-line/command-line.js'
import { play } from './play.js'
import { holds, render } from './report.js'
import { Stage } from './stage.js'

const { kills, seed, keep } = commandLine(
  'npm run kills --',
  'Kills the built daemon again and again, and judges what it did.',
)
  .option('--kills <count>', 'how many', count, 300)
  .option('--seed <seed>', 'which ones', wholeNumber, 1)
  .option('--keep', 'leave the ops repo and the state folders for a look', false)
  .parse()
  .opts<{ kills: number; seed: number; keep: boolean }>()
const say = (line: string) => void process.stdout.write(`${line}\n`)

const stage = await Stage.make({ hasSlowRefs: true })
say(`seed ${seed}, in ${stage.folder}`)
const enough = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => enough.abort())
const played = await play(stage, {
  ...{ seed, kills, say, signal: enough.signal },
  onKill: ({ total }, { asked }) => {
    if (total % 10 === 0) say(`${total} of ${kills} kills, ${asked.size} requests`)
  },
})
say(render(played))
process.exitCode = holds(played) ? 0 : 1
await stage.end()
if (keep || !holds(played)) say(`kept: ${stage.folder}`)
else await stage.remove()
