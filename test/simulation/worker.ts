/** One thread of many: plays what it is given, each task by the code of the tree that is named with it. */
import { setFlagsFromString } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import type { Report, Task } from './play.js'

export interface Order {
  /** The module `play.js` of a built tree. */
  readonly module: string
  readonly task: Task
}

// Most errors here are answers of a simulated world: where they were made says nothing, and costs more than they do.
Error.stackTraceLimit = 0

// A whole dispatcher is a lot of code, each part of which is called a little: to optimise it early cost a third of the first
// few hundred schedules, and nearly all of the one that a planted bug is given.
setFlagsFromString('--interrupt-budget=1000000')

async function obey({ module, task }: Order): Promise<void> {
  const { play } = (await import(module)) as typeof import('./play.js')
  await play(task, (report: Report) => parentPort?.postMessage(report))
}

parentPort?.on('message', (order: Order) => void obey(order))
