/** A thread that plays one task after another. What trees have in common, packages above all, it loads once. */
import { Worker } from 'node:worker_threads'
import type { BuiltTree } from './mutants/build-tree.js'
import type { Report, Task } from './play.js'
import type { Equipment, Order } from './worker.js'

const PROJECT = new URL('../../', import.meta.url).pathname

/** A world is short-lived rubbish: with more room for new objects it is collected less often, and nearly all of it is dead by then. */
const ROOMY = { maxYoungGenerationSizeMb: 128 }

export class Player {
  #thread: Worker | null = null
  #isDismissed = false
  #free: Promise<unknown> = Promise.resolve()

  constructor(private readonly tree: BuiltTree) {}

  /** After what it plays already. Ends early where it is dismissed meanwhile. */
  play(tree: BuiltTree, task: Task, onReport: (report: Report) => void): Promise<void> {
    const order: Order = { planted: tree.planted, task }
    const played = this.#free.then(() => (this.#isDismissed ? undefined : obeyed(this.#awake(), order, onReport)))
    this.#free = played.catch(() => undefined)
    return played
  }

  async dismiss(): Promise<void> {
    this.#isDismissed = true
    await this.#thread?.terminate()
  }

  /** Code with a planted bug may have killed the one before. */
  #awake(): Worker {
    if (this.#thread !== null) return this.#thread
    const { common } = this.tree
    const equipment: Equipment = { project: PROJECT, common }
    const code = common.get('test/simulation/worker.js')!
    const thread = new Worker(code, { eval: true, workerData: equipment, resourceLimits: ROOMY })
    const forget = () => {
      if (this.#thread === thread) this.#thread = null
    }
    thread.on('error', forget).on('exit', forget)
    this.#thread = thread
    return thread
  }
}

function obeyed(thread: Worker, order: Order, onReport: (report: Report) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => void thread.off('message', hear).off('error', fail).off('exit', done)
    const done = () => {
      leave()
      resolve()
    }
    const fail = (error: Error) => {
      leave()
      reject(error)
    }
    const hear = (report: Report) => (report.kind === 'done' ? done() : onReport(report))
    thread.on('message', hear).on('error', fail).on('exit', done)
    thread.postMessage(order)
  })
}
