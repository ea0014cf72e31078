/** What an idle tick costs, over the length of history and the number of open requests. Floor: a bare `git ls-remote`. */

import { randomUUID } from 'node:crypto'
import { tickLines } from '../dispatcher/cli/tick-line.js'
import type { Dispatcher } from '../dispatcher/dispatcher.js'
import { tick } from '../dispatcher/tick.js'
import type { OpsRepo } from '../test/support/ops-repo.js'
import { bareStarts } from './burst.js'
import { bareRuns, beside, type Figure, timed } from './measure.js'
import { makeWorld, type WorldSpec } from './world.js'

export async function benchIdleTick(spec: WorldSpec): Promise<readonly Figure[]> {
  const { ops, trustedKeys } = await makeWorld(spec)
  const at = `${spec.records} records, ${spec.open} open`
  const dispatcher = await ops.dispatcher('bench', { trustedKeys })
  const listed = [
    'git',
    'ls-remote',
    ops.remote.path,
    'refs/heads/main',
    'refs/heads/vault/*',
    'refs/notes/countersign',
  ]
  const joinMs = await timed(() => tick(dispatcher, new Set()))
  await tick(dispatcher, new Set())
  const floor = () => bareRuns(1, 1, listed)
  const idle = await beside(15, () => timed(() => tick(dispatcher, new Set())), floor)
  const claim = await beside(
    5,
    () => timed(() => oneAction(ops, dispatcher)),
    () => bareStarts(ops, 1),
  )
  await dispatcher.close()
  const start = await beside(3, () => timed(() => startOnce(ops, trustedKeys)), floor)
  const memory = Math.round(process.memoryUsage().rss / 1024 / 1024)
  await ops.remove()
  return [
    { name: `idle tick, ${at}`, ...idle, floor: 'git ls-remote' },
    { name: `one low action, from its push to its outcome, ${at}`, ...claim, floor: 'two pushes and a bare start' },
    { name: `start to first verdicts, ${at}`, ...start, floor: 'git ls-remote', note: `${memory} MiB resident` },
    {
      name: `joining, ${at}`,
      ms: joinMs,
      floor: 'git ls-remote',
      floorMs: idle.floorMs,
      note: 'once in the life of a state folder',
    },
  ]
}

async function oneAction(ops: OpsRepo, dispatcher: Dispatcher): Promise<void> {
  const id = `one-${randomUUID()}`
  await ops.remote.commits([{ branch: `vault/${id}`, files: { [`vault/actions/${id}.toml`]: ops.action(id) } }])
  const lines = await tickLines(await tick(dispatcher, new Set()))
  if (!lines.some((line) => line.id === id && line.status === 'succeeded')) throw new Error(`${id} did not run`)
}

async function startOnce(ops: OpsRepo, trustedKeys: readonly string[]): Promise<void> {
  const dispatcher = await ops.dispatcher('bench', { trustedKeys })
  await tick(dispatcher, new Set())
  await dispatcher.close()
}
