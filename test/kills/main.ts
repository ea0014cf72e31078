/**
 * `npm run kills -- --kills N [--seed S] [--keep]`: the long form. Ctrl-C ends the killing, and judges what there is.
 * `--keep` leaves the ops repo and the state folders for a look.
 */
import { parseArgs } from 'node:util'
import { play } from './play.js'
import { holds, render } from './report.js'
import { Stage } from './stage.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)

const stage = await Stage.make({ hasSlowRefs: true })
say(`seed ${values.seed}, in ${stage.folder}`)
const kills = Number(values.kills)
const enough = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => enough.abort())
const played = await play(stage, {
  ...{ seed: Number(values.seed), kills, say, signal: enough.signal },
  onKill: ({ total }, { asked }) => {
    if (total % 10 === 0) say(`${total} of ${kills} kills, ${asked.size} requests`)
  },
})
say(render(played))
process.exitCode = holds(played) ? 0 : 1
await stage.end()
if (values.keep || !holds(played)) say(`kept: ${stage.folder}`)
else await stage.remove()
