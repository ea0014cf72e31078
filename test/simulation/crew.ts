/** Plays many schedules on several threads. */
import { Worker } from 'node:worker_threads'
import { Coverage } from './coverage.js'
import type { Violation } from './judge/violation.js'
import type { BuiltTree } from './mutants/build-tree.js'
import type { Report, Task } from './worker.js'

/** A world is short-lived rubbish: with more room for new objects it is collected less often, and nearly all of it is dead by then. */
const ROOMY = { maxYoungGenerationSizeMb: 128 }

export interface Job {
  readonly tree: BuiltTree
  readonly from: number
  readonly schedules: number
  readonly workers: number
  readonly stopsAtFirst: boolean
  readonly mixesNewcomers?: boolean
  readonly onProgress?: (played: Played) => void
}

export interface Played {
  readonly schedules: number
  readonly coverage: Coverage
  /** Least seed first. */
  readonly found: readonly { readonly seed: number; readonly violation: Violation }[]
}

export async function playMany(job: Job): Promise<Played> {
  const { tree, from, schedules, workers, stopsAtFirst, mixesNewcomers = false, onProgress } = job
  const played = { schedules: 0, coverage: new Coverage(), found: [] as Played['found'][number][] }
  const threads: Worker[] = []
  const follow = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const task: Task = { from: from + index, until: from + schedules, stride: workers, stopsAtFirst, mixesNewcomers }
      const thread = new Worker(tree.path('test/simulation/worker.js'), { workerData: task, resourceLimits: ROOMY })
      threads.push(thread)
      thread.on('error', reject)
      thread.on('exit', () => resolve())
      thread.on('message', (report: Report) => {
        if (report.kind === 'progress') {
          played.schedules += report.schedules
          played.coverage.merge(report.totals)
          onProgress?.(played)
        } else if (report.kind === 'violation') {
          played.found.push({ seed: report.seed, violation: report.violation })
          if (stopsAtFirst) for (const other of threads) void other.terminate()
        }
      })
    })
  await Promise.all(Array.from({ length: workers }, (_, index) => follow(index)))
  played.found.sort((a, b) => a.seed - b.seed)
  return played
}
