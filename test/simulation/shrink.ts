/** Makes a failing schedule smaller: leaves out steps, faults and effects as long as the same law is broken. */
import type { Schedule, ScheduleStep } from './schedule.js'

const ATTEMPTS = 600

/** @param stillFails in the same way */
export async function shrink(
  schedule: Schedule,
  stillFails: (candidate: Schedule) => Promise<boolean>,
): Promise<Schedule> {
  let left = ATTEMPTS
  const fails = async (candidate: Schedule) => left-- > 0 && (await stillFails(candidate))
  let steps = await withoutSteps(schedule, fails)
  for (const lighten of LIGHTER) steps = await lightened({ ...schedule, steps }, lighten, fails)
  const small = { ...schedule, steps }
  const calm = { ...small, settings: { ...small.settings, faultRate: 0 } }
  return (await fails(calm)) ? calm : small
}

/** Delta debugging: halves, quarters, … down to single steps. */
async function withoutSteps(
  schedule: Schedule,
  fails: (candidate: Schedule) => Promise<boolean>,
): Promise<readonly ScheduleStep[]> {
  let steps = schedule.steps
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < steps.length; ) {
      const rest = [...steps.slice(0, at), ...steps.slice(at + size)]
      if (await fails({ ...schedule, steps: rest })) steps = rest
      else at += size
    }
  }
  return steps
}

const LIGHTER: readonly ((step: ScheduleStep) => ScheduleStep)[] = [
  (step) => ({ ...step, isFaulty: false }),
  (step) => ({ ...step, act: 'wait' }),
  (step) => ({ ...step, deliveries: 0 }),
]

async function lightened(
  schedule: Schedule,
  lighten: (step: ScheduleStep) => ScheduleStep,
  fails: (candidate: Schedule) => Promise<boolean>,
): Promise<readonly ScheduleStep[]> {
  let { steps } = schedule
  for (const [index, step] of steps.entries()) {
    const lighter = lighten(step)
    if (JSON.stringify(lighter) === JSON.stringify(step)) continue
    const candidate = steps.map((other, at) => (at === index ? lighter : other))
    if (await fails({ ...schedule, steps: candidate })) steps = candidate
  }
  return steps
}
