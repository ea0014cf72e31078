/** A week of traffic in one process: what it keeps must not grow. Floor: the first day. */
import { tickLines } from '../dispatcher/cli/tick-line.js'
import { tick } from '../dispatcher/tick.js'
import { runGit } from '../test/support/run-git.js'
import { type Figure, timed } from './measure.js'
import { makeWorld, openRequests } from './world.js'

const DAYS = 7
const ROUNDS_A_DAY = 72
const MINUTES_A_ROUND = 20
/** Low ones, that run. */
const ACTIONS_A_ROUND = 20
/** Medium ones, that wait for a day and are given up. */
const WAITING_A_ROUND = 5

interface Day {
  readonly ms: number
  readonly heapMiB: number
  readonly residentMiB: number
}

export async function benchWeek(): Promise<readonly Figure[]> {
  const { ops } = await makeWorld({ records: 0, open: 0 })
  const dispatcher = await ops.dispatcher('bench', { concurrency: 4 })
  await tick(dispatcher, new Set())
  const days: Day[] = []
  for (let day = 0; day < DAYS; day++) {
    const ms = await timed(async () => {
      for (let round = 0; round < ROUNDS_A_DAY; round++) {
        await openRequests(ops, ACTIONS_A_ROUND, 'touch', `day${day}-${round}`)
        await openRequests(ops, WAITING_A_ROUND, 'dev', `waits${day}-${round}`)
        ops.passTime(MINUTES_A_ROUND * 60_000)
        const lines = await tickLines(await tick(dispatcher, new Set()))
        const ran = lines.filter(({ status }) => status === 'succeeded').length
        if (ran !== ACTIONS_A_ROUND) throw new Error(`only ${ran} of ${ACTIONS_A_ROUND} succeeded`)
      }
    })
    await giveUp(ops.remote.path, `waits${day}-`)
    await tick(dispatcher, new Set())
    days.push({ ms, ...memory() })
  }
  await dispatcher.close()
  await ops.remove()
  const [first, last] = [days.at(0), days.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a week has days')
  const actions = DAYS * ROUNDS_A_DAY * ACTIONS_A_ROUND
  const heaps = days.map(({ heapMiB }) => heapMiB.toFixed(0)).join(', ')
  const note = `${actions} actions; heap at the end of each day ${heaps} MiB; resident ${first.residentMiB.toFixed(0)} to ${last.residentMiB.toFixed(0)} MiB`
  return [{ name: 'the last day of a week', ms: last.ms, floor: 'the first day', floorMs: first.ms, note }]
}

async function giveUp(repository: string, prefix: string): Promise<void> {
  const refs = await runGit(repository, ['for-each-ref', '--format=%(refname)', `refs/heads/vault/${prefix}*`])
  const names = refs.split('\n').filter((name) => name !== '')
  for (const name of names) await runGit(repository, ['update-ref', '-d', name])
}

function memory(): { readonly heapMiB: number; readonly residentMiB: number } {
  if (globalThis.gc === undefined) throw new Error('run it with node --expose-gc, so that garbage is not measured')
  globalThis.gc()
  const { heapUsed, rss } = process.memoryUsage()
  return { heapMiB: heapUsed / 1024 ** 2, residentMiB: rss / 1024 ** 2 }
}
