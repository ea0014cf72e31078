/** A burst of low actions. Floor: as many bare starts of the same command, as many at once, plus two pushes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { RunPool } from '../dispatcher/apply/run-pool.js'
import { tickLines } from '../dispatcher/cli/tick-line.js'
import { tick } from '../dispatcher/tick.js'
import type { OpsRepo } from '../test/support/ops-repo.js'
import { type Figure, timed } from './measure.js'
import { makeWorld, openRequests } from './world.js'

const CONCURRENCY = 4

export async function benchBurst(count: number): Promise<readonly Figure[]> {
  const { ops } = await makeWorld({ records: 0, open: 0 })
  const dispatcher = await ops.dispatcher('bench', { concurrency: CONCURRENCY })
  await tick(dispatcher, new Set())
  const floorMs = await timed(() => bareStarts(ops, count))
  await openRequests(ops, count, 'touch', 'burst')
  const before = Number(await ops.remote.git(['rev-list', '--count', 'main']))
  const ms = await timed(async () => {
    const lines = await tickLines(await tick(dispatcher, new Set()))
    const ran = lines.filter((line) => line.status === 'succeeded').length
    if (ran !== count) throw new Error(`only ${ran} of ${count} succeeded`)
  })
  const pushes = Number(await ops.remote.git(['rev-list', '--count', 'main'])) - before
  await dispatcher.close()
  await ops.remove()
  return [
    {
      name: `burst of ${count} low actions`,
      ms,
      floor: `${count} bare starts of the same command and two pushes`,
      floorMs,
      note: `${pushes} pushes to main`,
    },
  ]
}

/** So many starts of the command that `touch` runs, four at a time, and two pushes. */
export async function bareStarts(ops: OpsRepo, count: number): Promise<void> {
  const pool = new RunPool(CONCURRENCY)
  const environment = { PATH: process.env['PATH'] ?? '', COUNTERSIGN_ID: 'bare', VAR_TRACE: `${ops.trace}-bare` }
  const start = () =>
    pool.run(async () => {
      const child = spawn('/bin/sh', ['-eu', '-c', 'printf "%s\\n" "$COUNTERSIGN_ID" >> "$VAR_TRACE"'], {
        env: environment,
        stdio: 'ignore',
      })
      await once(child, 'exit')
    })
  await Promise.all(Array.from({ length: count }, start))
  const clone = await ops.remote.clone()
  for (const branch of ['bare-1', 'bare-2']) await ops.remote.push(clone, `HEAD:refs/heads/${branch}`)
}
