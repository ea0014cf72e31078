/** How long a merge waits until its run starts, under the built `serve`. Floor: a bare push of one commit and a bare start. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { Ops } from '../test/e2e/ops.js'
import { until } from '../test/e2e/until.js'
import { type Figure, median, timed } from './measure.js'

const ROUNDS = 9
/** What the daemon waits between two ticks: half of it is what a merge waits on average. */
const CRON = '* * * * * *'

export async function benchMergeToStart(): Promise<readonly Figure[]> {
  const ops = await Ops.make()
  const text = await readFile(ops.config, 'utf8')
  await writeFile(ops.config, text.replace(/\[schedule\]\n(?:cron = .*\n)?/, `[schedule]\ncron = "${CRON}"\n`))
  const daemon = ops.people.operator.start('serve', '--config', ops.config)
  await until('the daemon serves', () => daemon.stderr.includes('serving'))
  const [waits, floors]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    floors.push(await timed(() => pushAndStart(ops, round)))
    waits.push(await mergedToStarted(ops, `round-${round}`))
  }
  daemon.signal('SIGTERM')
  await daemon.ended
  await ops.remove()
  const note = `a tick each second; ${Math.min(...waits).toFixed(0)} to ${Math.max(...waits).toFixed(0)} ms`
  return [
    { name: 'merge to start', ms: median(waits), floor: 'a bare push and a bare start', floorMs: median(floors), note },
  ]
}

/** From when the admin's push was answered. */
async function mergedToStarted(ops: Ops, id: string): Promise<number> {
  const { agent, alice } = ops.people
  await ops.push(agent, id, { formula: 'note-gated' })
  const approved = await alice.cli('approve', id, '--yes', '--repo', ops.path)
  if (approved.code !== 0) throw new Error(`${approved}`)
  return timed(() => until(`${id} ran`, async () => (await ops.ran()).includes(id)))
}

async function pushAndStart(ops: Ops, round: number): Promise<void> {
  const clone = await ops.cloneOf(ops.people.bob)
  await clone.pushRequest(`floor-${round}`, '', { isSigned: false })
  await once(spawn('/bin/sh', ['-eu', '-c', ':'], { stdio: 'ignore' }), 'exit')
  await ops.git('update-ref', '-d', `refs/heads/vault/floor-${round}`)
}
