/** A process that dies after its claims were pushed, and before any of their runs was started. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from '../../dispatcher/dispatcher.js'
import { tick } from '../../dispatcher/tick.js'

/** Ends when each run was about to be started, and each other claim in hand has ended: what is dead prepares nothing beside the next one. */
export async function tickWithoutRuns(dispatcher: Dispatcher): Promise<void> {
  let left = 0
  dispatcher.runner.run = () => {
    left--
    return new Promise(() => undefined)
  }
  const { launched } = await tick(dispatcher, new Set())
  left += launched.size
  for (const run of launched.values()) void run.then(() => left--)
  while (left > 0) await sleep(10)
  dispatcher.launcher.drain()
  await dispatcher.close()
}
