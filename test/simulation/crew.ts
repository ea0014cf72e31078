/** Plays many schedules on several threads. */
import { Coverage } from './coverage.js'
import type { Violation } from './judge/violation.js'
import type { BuiltTree } from './mutants/build-tree.js'
import type { Report } from './play.js'
import { Player } from './player.js'

export interface Job {
  readonly tree: BuiltTree
  readonly from: number
  readonly schedules: number
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

export async function playMany(job: Job & { readonly workers: number }): Promise<Played> {
  const crew = Array.from({ length: job.workers }, () => new Player(job.tree))
  const dismiss = async () => void (await Promise.all(crew.map((player) => player.dismiss())))
  try {
    return await playWith(crew, job, job.stopsAtFirst ? dismiss : () => undefined)
  } finally {
    await dismiss()
  }
}

/** @param onFound told of each violation, as it is found */
export async function playWith(
  crew: readonly Player[],
  { tree, from, schedules, stopsAtFirst, mixesNewcomers = false, onProgress }: Job,
  onFound: () => unknown = () => undefined,
): Promise<Played> {
  const played = { schedules: 0, coverage: new Coverage(), found: [] as Played['found'][number][] }
  const hear = (report: Report) => {
    if (report.kind === 'progress') {
      played.schedules += report.schedules
      played.coverage.merge(report.totals)
      onProgress?.(played)
    } else if (report.kind === 'violation') {
      played.found.push({ seed: report.seed, violation: report.violation })
      onFound()
    }
  }
  const tasks = crew.map((player, index) => {
    const task = { from: from + index, until: from + schedules, stride: crew.length, stopsAtFirst, mixesNewcomers }
    return player.play(tree, task, hear)
  })
  await Promise.all(tasks)
  played.found.sort((a, b) => a.seed - b.seed)
  return played
}
