/** Plays one schedule after another, and tells how far it came. */
import { Coverage, type Totals } from './coverage.js'
import type { Violation } from './judge/violation.js'
import { scheduleOf } from './schedule.js'
import { simulate } from './simulate.js'

/** Seeds from, from + stride, … before `until`. */
export interface Task {
  readonly from: number
  readonly until: number
  readonly stride: number
  /** Ends with the first violation. */
  readonly stopsAtFirst: boolean
  readonly mixesNewcomers: boolean
}

export type Report =
  | { readonly kind: 'progress'; readonly schedules: number; readonly totals: Totals }
  | { readonly kind: 'violation'; readonly seed: number; readonly violation: Violation }
  | { readonly kind: 'done' }

const REPORT_EVERY = 25

export async function play(
  { from, until, stride, stopsAtFirst, mixesNewcomers }: Task,
  tell: (report: Report) => void,
): Promise<void> {
  let coverage = new Coverage()
  let schedules = 0
  const progress = () => {
    tell({ kind: 'progress', schedules, totals: coverage.totals() })
    coverage = new Coverage()
    schedules = 0
  }
  for (let seed = from; seed < until; seed += stride) {
    const { violation } = await simulate(scheduleOf(seed, { mixesNewcomers }), coverage)
    schedules++
    if (violation !== null) tell({ kind: 'violation', seed, violation })
    if (violation !== null && stopsAtFirst) break
    if (schedules === REPORT_EVERY) progress()
  }
  progress()
  tell({ kind: 'done' })
}
