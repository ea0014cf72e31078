/** A burst of low actions. Floor: as many bare starts of the same command, as many at once, plus two pushes. */
import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tickLines } from '../dispatcher/cli/tick-line.js'
import type { Dispatcher } from '../dispatcher/dispatcher.js'
import { tick } from '../dispatcher/tick.js'
import type { OpsRepo } from '../test/support/ops-repo.js'
import { runGit } from '../test/support/run-git.js'
import { LIMITS } from '../vault/limits.js'
import { bareRuns, beside, type Figure, median, timed } from './measure.js'
import { makeWorld, openRequests } from './world.js'

const CONCURRENCY = 4
const ROUNDS = 5
const SETTLE_MS = 1_000

export async function benchBurst(count: number): Promise<readonly Figure[]> {
  const { ops } = await makeWorld({ records: 0, open: 0 })
  const dispatcher = await ops.dispatcher('bench', { concurrency: CONCURRENCY })
  await tick(dispatcher, new Set())
  const commits = async () => Number(await ops.remote.git(['rev-list', '--count', 'main']))
  const before = await commits()
  let round = 0
  const tidyMs: number[] = []
  const work = async () => {
    await sleep(LIMITS.forgottenQuietMs + SETTLE_MS)
    await openRequests(ops, count, 'touch', `burst-${++round}`)
    const ms = await timed(() => burst(dispatcher, count))
    // What the burst left on the remote is read, and its branches are deleted.
    tidyMs.push(await timed(() => tick(dispatcher, new Set())))
    return ms
  }
  const { ms, floorMs } = await beside(ROUNDS, work, () => bareStarts(ops, count))
  const pushes = ((await commits()) - before) / ROUNDS
  await dispatcher.close()
  await ops.remove()
  return [
    {
      name: `burst of ${count} low actions`,
      ms,
      floor: `${count} bare starts of the same command and two pushes`,
      floorMs,
      note: `${pushes.toFixed(1)} pushes to main; median of ${ROUNDS}, the daemon stays; the next tick deletes the branches, in ${median(tidyMs).toFixed(0)} ms`,
    },
  ]
}

async function burst(dispatcher: Dispatcher, count: number): Promise<void> {
  const lines = await tickLines(await tick(dispatcher, new Set()))
  const ran = lines.filter((line) => line.status === 'succeeded').length
  if (ran !== count) throw new Error(`only ${ran} of ${count} succeeded`)
}

/** So many starts of the command that `touch` runs, four at a time, and two pushes. Milliseconds. */
export async function bareStarts(ops: OpsRepo, count: number): Promise<number> {
  const command = ['/bin/sh', '-eu', '-c', 'printf "%s\\n" "$COUNTERSIGN_ID" >> "$VAR_TRACE"']
  const runsMs = await bareRuns(count, CONCURRENCY, command, { COUNTERSIGN_ID: 'bare', VAR_TRACE: `${ops.trace}-bare` })
  // A clone of a long past would take far longer than all of it.
  const folder = await mkdtemp(join(ops.remote.folder, 'bare-'))
  await runGit(folder, ['init', '--quiet'])
  await runGit(folder, [
    '-c',
    'user.name=bare',
    '-c',
    'user.email=@',
    'commit',
    '--quiet',
    '--allow-empty',
    '-m',
    'bare',
  ])
  const pushMs = await timed(async () => {
    for (const branch of [randomUUID(), randomUUID()]) await ops.remote.push(folder, `HEAD:refs/heads/bare-${branch}`)
  })
  return runsMs + pushMs
}
