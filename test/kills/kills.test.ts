/**
 * The short form of `npm run kills`: two daemons of the built command line on one ops repo, killed a few dozen times while
 * requests flow. Which kills is seeded; when they hit is not, so a failure keeps its folder for a look.
 */
import { expect, onTestFinished, test } from 'vitest'
import { play } from './play.js'
import { holds, render } from './report.js'
import { Stage } from './stage.js'

const KILLS = 25
/** A slow machine kills less often in it; what is judged then is the same. */
const KILLING_MS = 40_000
/** A bound for what hangs, not for what is slow. */
const LIMIT_MS = 20 * 60_000

test(
  'kills of daemons, supervisors, steps and gits: nothing runs twice, nothing is lost, nothing is wrongly known',
  async () => {
    const stage = await Stage.make()
    onTestFinished(() => stage.end())
    const signal = AbortSignal.timeout(KILLING_MS)
    const played = await play(stage, { seed: 1, kills: KILLS, pauseMs: 600, mostOpen: 12, signal })
    if (holds(played)) await stage.remove()
    expect([...played.violations, ...played.faults], `${render(played)}\nkept: ${stage.folder}`).toEqual([])
    expect(played.log.total).toBeGreaterThan(0)
    expect(played.facts.effects.length).toBeGreaterThan(0)
  },
  LIMIT_MS,
)
