// The crash model, on simulated ports: thousands of schedules of crashes, lost answers, races, faults and attacks.
import { beforeAll, describe, expect, it } from 'vitest'
import { Coverage } from './coverage.js'
import { playMany } from './crew.js'
import { BuiltTree } from './mutants/build-tree.js'
import { scheduleOf } from './schedule.js'
import { shrink } from './shrink.js'
import { simulate } from './simulate.js'

const SCHEDULES = 2_000
/** From here so many have each pair of effect and fault; the rarest come a few times only. */
const FIRST = 9_001
const WORKERS = 2
const MINUTES = 60_000

describe('the dispatcher on simulated ports', () => {
  let tree: BuiltTree

  beforeAll(async () => {
    tree = await BuiltTree.make()
  }, 5 * MINUTES)

  it(`keeps all laws in ${SCHEDULES} schedules`, { timeout: 20 * MINUTES }, async () => {
    const played = await playMany({ tree, from: FIRST, schedules: SCHEDULES, workers: WORKERS, stopsAtFirst: false })
    expect(
      played.found.map(
        ({ seed, violation }) => `npm run simulate -- --replay ${seed}: ${violation.law}: ${violation.detail}`,
      ),
    ).toEqual([])
    expect(played.schedules).toBe(SCHEDULES)
    expect(pairsNeverSeen(played.coverage)).toEqual([])
  })

  it('does in a built tree, which remembers what parsers answered, what it does as it is written', async () => {
    const coverage = new Coverage()
    for (const seed of [1, 2, 3, 4, 5]) await simulate(scheduleOf(seed), coverage)
    const played = await playMany({ tree, from: 1, schedules: 5, workers: 1, stopsAtFirst: false })
    expect(played.coverage.totals()).toEqual(coverage.totals())
  })
})

describe('one seed', () => {
  it.each([3, 21, 60])('fixes everything: seed %i plays twice in the same way', async (seed) => {
    const [first, second] = [new Coverage(), new Coverage()]
    const results = [await simulate(scheduleOf(seed), first), await simulate(scheduleOf(seed), second)]
    expect(results[0]).toEqual(results[1])
    expect(first.totals()).toEqual(second.totals())
    expect(first.effects).toBeGreaterThan(20)
  })

  it('that fails is made smaller, and still fails in the same way', { timeout: 5 * MINUTES }, async () => {
    // A world in which nobody may be told anything: the law is broken by the schedule, not by the dispatcher.
    const schedule = scheduleOf(1)
    const asks = schedule.steps.filter(({ act }) => act === 'ask').length
    expect(asks).toBeGreaterThan(0)
    const small = await shrink(schedule, async (candidate) => candidate.steps.some(({ act }) => act === 'ask'))
    expect(small.steps.map(({ act }) => act)).toEqual(['ask'])
    expect(small.settings.faultRate).toBe(0)
  })
})

/** Each effect has to be hit by each fault that it has, somewhere in so many schedules. */
function pairsNeverSeen({ pairs }: Coverage): readonly string[] {
  const crashes = ['crash_before', 'crash_after']
  const expected: Record<string, readonly string[]> = {
    'git list': ['fail', 'crash_before'],
    'git fetch': ['fail', 'partly', ...crashes],
    'git commit': ['fail', 'crash_before'],
    'git push main': ['fail', 'lost', 'late', 'refused', 'partly', 'crash_late', ...crashes],
    'git push notes': ['fail', 'lost', 'late', 'refused', 'crash_late', ...crashes],
    'git push branches': ['fail', 'lost', 'late', 'refused', 'crash_late', ...crashes],
    'run note': ['fail', 'lost', ...crashes],
    'run start': ['fail', 'start_failed', 'supervisor_failed', ...crashes],
    'run close': ['fail', 'lost', ...crashes],
    'run state': ['fail', 'crash_before'],
    'run end': ['crash_before'],
    'run attach': ['fail', 'crash_before'],
    'run forget': ['fail', 'lost', ...crashes],
    'write view.json': ['fail', 'lost', ...crashes],
    'write seen.json': ['fail', 'lost', ...crashes],
    'forge self': ['fail', 'stale', 'crash_before'],
    'forge repository': ['fail', 'stale', 'crash_before'],
    'forge pulls': ['fail', 'stale', 'doubled', 'crash_before'],
    'forge pull': ['fail', 'stale', 'crash_before'],
    'forge merge': ['fail', 'stale', 'crash_before'],
    'forge history': ['fail', 'stale', 'doubled', 'crash_before'],
    'forge reviews': ['fail', 'stale', 'doubled', 'crash_before'],
    'forge comments': ['fail', 'stale', 'doubled', 'crash_before'],
    'forge permission': ['fail', 'stale', 'crash_before'],
    'forge comment': ['fail', 'lost', 'late', 'crash_late', ...crashes],
    'forge edit': ['fail', 'lost', 'late', 'crash_late', ...crashes],
    'forge label': ['fail', 'lost', 'late', 'crash_late', ...crashes],
    'forge status': ['fail', 'lost', 'late', 'crash_late', ...crashes],
    'write pulls.json': ['fail', 'lost', ...crashes],
    'append used': ['fail', 'lost', 'torn', ...crashes],
  }
  return Object.entries(expected).flatMap(([effect, faults]) =>
    faults.map((fault) => `${effect} | ${fault}`).filter((pair) => !pairs.has(pair)),
  )
}
