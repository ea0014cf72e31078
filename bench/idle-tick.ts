/** What an idle tick costs, over the length of history and the number of open requests. Floor: a bare `git ls-remote`. */

import { tick } from '../dispatcher/tick.js'
import { runGit } from '../test/support/run-git.js'
import { beside, type Figure, timed } from './measure.js'
import { makeWorld, type WorldSpec } from './world.js'

export async function benchIdleTick(spec: WorldSpec): Promise<readonly Figure[]> {
  const { ops, trustedKeys } = await makeWorld(spec)
  const at = `${spec.records} records, ${spec.open} open`
  const dispatcher = await ops.dispatcher('bench', { trustedKeys })
  const listed = ['ls-remote', ops.remote.path, 'refs/heads/main', 'refs/heads/vault/*', 'refs/notes/countersign']
  const joinMs = await timed(() => tick(dispatcher, new Set()))
  await tick(dispatcher, new Set())
  const floor = () => runGit(ops.remote.folder, listed)
  const idle = await beside(15, () => tick(dispatcher, new Set()), floor)
  await dispatcher.close()
  const start = await beside(3, () => startOnce(ops, trustedKeys), floor)
  const memory = Math.round(process.memoryUsage().rss / 1024 / 1024)
  await ops.remove()
  return [
    { name: `idle tick, ${at}`, ...idle, floor: 'git ls-remote' },
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

async function startOnce(
  ops: Awaited<ReturnType<typeof makeWorld>>['ops'],
  trustedKeys: readonly string[],
): Promise<void> {
  const dispatcher = await ops.dispatcher('bench', { trustedKeys })
  await tick(dispatcher, new Set())
  await dispatcher.close()
}
